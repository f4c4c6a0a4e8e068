// How many nodes this process has file descriptors for.
//
// A connection to a node takes two: its socket, and the one by which libvirt wakes who waits on it (of ssh three, the
// third is what ssh says). Where descriptors run out GLib ends the whole process, so that what is not to be had is not
// asked for: of the process' limit a part is kept for all else, and the rest is given out by nodes.
// Thread rule: every method may be called from several threads at once. One for the process.
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
  // Kept: Redis, files, history, 64 connections that are being opened, those that migrations have for themselves.
  static constexpr std::size_t kReserve = 256;
  static constexpr std::size_t kOfANode = 2;

  explicit DescriptorBudget(std::size_t limit) : limit_(limit) {}

  // A node's part, given back at its end.
  class Part {
   public:
    explicit Part(std::shared_ptr<DescriptorBudget> budget) : budget_(std::move(budget)) {}
    ~Part() { --budget_->nodes_; }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

   private:
    std::shared_ptr<DescriptorBudget> budget_;
  };

  // Null: there is none left; refusal() says it.
  static std::unique_ptr<Part> take(const std::shared_ptr<DescriptorBudget>& budget);
  // Of whatever has been opened by anybody: is so much left that a connection may be opened?
  bool has_room() const;
  std::size_t most_nodes() const;
  // "this process may have 1024 descriptors, which are enough for 384 nodes; …"
  std::string refusal() const;

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> nodes_ = 0;
};

// The process' soft limit is raised to the hard one, or to what is of use (65,536). Returns what it is then. Nothing in
// this process uses select(2), which could not stand it.
std::size_t raise_descriptor_limit();

// By the soft limit as it is now.
std::shared_ptr<DescriptorBudget> budget_of_this_process();

}  // namespace hotspot::io
