// Limits the number of nodes by the file descriptors of the process.
//
// A connection to a node uses two: its socket, and one with which libvirt wakes the waiting thread (with ssh three, the
// third for ssh's messages). If descriptors run out, GLib ends the whole process. So a part of the process's limit is
// reserved for everything else, and nodes share the rest; a connection without a part is not opened. Thread rule: every
// method may be called from several threads at once. One object per process.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hotspot::io {

class DescriptorBudget {
 public:
  // Reserved: Redis, files, history, 64 connections that are being opened, and those of migrations.
  static constexpr std::size_t kReserve = 256;
  static constexpr std::size_t kOfANode = 2;

  explicit DescriptorBudget(std::size_t limit) : limit_(limit) {}

  // A node's part, returned by the destructor.
  class Part {
   public:
    explicit Part(std::shared_ptr<DescriptorBudget> budget) : budget_(std::move(budget)) {}
    ~Part() { --budget_->nodes_; }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

   private:
    std::shared_ptr<DescriptorBudget> budget_;
  };

  // Null: none is left; refusal() describes it.
  static std::unique_ptr<Part> take(const std::shared_ptr<DescriptorBudget>& budget);
  // Counting all open descriptors of the process: is there enough room to open another connection?
  bool has_room() const;
  std::size_t most_nodes() const;
  // "this process may have 1024 descriptors, which are enough for 384 nodes; …"
  std::string refusal() const;

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> nodes_ = 0;
};

// Raises the process's soft limit to the hard limit, or to what is useful (65,536). Returns the new limit. Nothing in
// this process uses select(2), which does not support such numbers.
std::size_t raise_descriptor_limit();

// From the current soft limit.
std::shared_ptr<DescriptorBudget> budget_of_this_process();

}  // namespace hotspot::io
