// A libvirt that a test steers: away, hanging, or answering with what the test put there.
//
// The node "h1" with 4 CPUs and one running domain "vm" of 2 vCPUs. Each reading is one second after the one before, in
// which the domain used half of a CPU and the node one CPU. Thread rule: any thread; readers are made where they read.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::fakes {

class FakeLibvirt {
 public:
  static constexpr const char* kDomain = "6695eb01-f6a4-8304-79aa-97f2502e193f";

  FakeLibvirt() {
    reading_.at = collector::SteadyTime(std::chrono::seconds(1000));
    reading_.taken_at = from_unix_ms(1'800'000'000'000);
    reading_.read_seconds = 0.01;
    reading_.node.fixed.uuid = "uuid-h1";
    reading_.node.fixed.name = "h1";
    reading_.node.fixed.cpus = 4;
    reading_.node.fixed.memory_bytes = 8 * kGibibyte;
    reading_.node.cpu_user_ns = reading_.node.cpu_system_ns = reading_.node.cpu_idle_ns = 0;
    collector::DomainReading domain;
    domain.uuid = kDomain;
    domain.name = "vm";
    domain.state = 1;
    domain.vcpus = domain.vcpus_max = 2;
    domain.cpu_ns = 0;
    reading_.domains.push_back(domain);
  }

  // What the next readings say.
  void change(const std::function<void(collector::Reading&)>& edit) {
    const std::lock_guard lock(mutex_);
    edit(reading_);
  }
  void go_away(std::string why) { set(away_, std::optional<std::string>(std::move(why))); }
  void come_back() { set(away_, std::optional<std::string>()); }
  // What is asked from now on is answered after release(), with what was there when it was asked.
  void hang() { set(hanging_, true); }
  void release() { set(hanging_, false); }

  int asked() const { return get(asked_); }        // readings that were begun
  int answered() const { return get(answered_); }  // and ended
  int readers() const { return get(readers_); }    // that live

  Result<collector::Reading> read() {
    std::unique_lock lock(mutex_);
    ++asked_;
    pass_one_second();
    const collector::Reading seen = reading_;
    const std::optional<std::string> away = away_;
    changed_.wait(lock, [this] { return !hanging_; });
    ++answered_;
    if (away) return Error{*away};
    return seen;
  }
  void count_readers(int more) {
    const std::lock_guard lock(mutex_);
    readers_ += more;
  }

 private:
  template <typename T>
  void set(T& member, T value) {
    const std::lock_guard lock(mutex_);
    member = std::move(value);
    changed_.notify_all();
  }
  int get(const int& member) const {
    const std::lock_guard lock(mutex_);
    return member;
  }
  static void add(collector::Count& counter, std::uint64_t more) {
    if (counter) *counter += more;
  }
  void pass_one_second() {
    constexpr std::uint64_t kSecond = 1'000'000'000;
    reading_.at += std::chrono::seconds(1);
    reading_.taken_at += std::chrono::seconds(1);
    add(reading_.node.cpu_user_ns, kSecond / 2);
    add(reading_.node.cpu_system_ns, kSecond / 2);
    add(reading_.node.cpu_idle_ns, 3 * kSecond);
    for (collector::DomainReading& domain : reading_.domains) add(domain.cpu_ns, kSecond / 2);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  collector::Reading reading_;
  std::optional<std::string> away_;
  bool hanging_ = false;
  int asked_ = 0, answered_ = 0, readers_ = 0;
};

class FakeHypervisorReader : public collector::HypervisorReader {
 public:
  explicit FakeHypervisorReader(std::shared_ptr<FakeLibvirt> libvirt) : libvirt_(std::move(libvirt)) {
    libvirt_->count_readers(1);
  }
  ~FakeHypervisorReader() override { libvirt_->count_readers(-1); }
  Result<collector::Reading> read() override { return libvirt_->read(); }

 private:
  std::shared_ptr<FakeLibvirt> libvirt_;
};

}  // namespace hotspot::fakes
