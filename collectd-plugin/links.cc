#include "collectd-plugin/links.h"

#include <sys/stat.h>

#include <array>
#include <utility>

namespace hotspot::collector {
namespace {

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

}  // namespace

// "eth0: BYTES PACKETS ERRORS DROPS fifo frame compressed multicast BYTES PACKETS ERRORS DROPS …", after two title
// lines.
bool Links::read() {
  auto text = file_.read(proc_path_ + "/net/dev");
  if (!text) return false;
  ++reads_;
  bool changed = reads_ == 1;
  while (!text->empty()) {
    std::string_view line = next_line(*text);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view head = line.substr(0, colon);
    const std::string_view name = next_word(head);
    line.remove_prefix(colon + 1);
    std::array<Count, 12> numbers;
    for (Count& number : numbers) number = number_in(next_word(line));
    auto found = links_.find(name);
    if (found == links_.end()) {
      found = links_.emplace(std::string(name), Link{}).first;
      found->second.counters.device = std::string(name);
      changed = true;
    }
    found->second.seen_in = reads_;
    InterfaceReading& to = found->second.counters;
    to.receive_bytes = numbers[0], to.receive_packets = numbers[1];
    to.receive_errors = numbers[2], to.receive_drops = numbers[3];
    to.transmit_bytes = numbers[8], to.transmit_packets = numbers[9];
    to.transmit_errors = numbers[10], to.transmit_drops = numbers[11];
  }
  if (std::erase_if(links_, [&](const auto& entry) { return entry.second.seen_in != reads_; }) > 0) changed = true;
  if (changed) look_at_hardware();
  return changed;
}

std::optional<InterfaceReading> Links::of_guest(const std::string& device) const {
  const auto found = links_.find(device);
  if (found == links_.end()) return std::nullopt;
  InterfaceReading turned = found->second.counters;
  std::swap(turned.receive_bytes, turned.transmit_bytes);
  std::swap(turned.receive_packets, turned.transmit_packets);
  std::swap(turned.receive_errors, turned.transmit_errors);
  std::swap(turned.receive_drops, turned.transmit_drops);
  return turned;
}

void Links::look_at_hardware() {
  outward_.clear();
  const auto folder = [&](const std::string& name) { return sys_path_ + "/class/net/" + name; };
  for (const auto& [name, link] : links_) {
    if (exists(folder(name) + "/device") && !exists(folder(name) + "/tun_flags")) outward_.push_back(name);
  }
  if (!outward_.empty()) return;
  for (const auto& [name, link] : links_) {
    const bool inward = exists(folder(name) + "/tun_flags") || exists(folder(name) + "/bridge");
    if (!inward && number_of(file_, folder(name) + "/speed")) outward_.push_back(name);
  }
}

std::vector<LinkReading> Links::of_node() {
  std::vector<LinkReading> all;
  for (const std::string& name : outward_) {
    const auto found = links_.find(name);
    if (found == links_.end()) continue;
    // A link that is down has -1 or nothing; some kinds query the hardware, so it is not read each time.
    auto [speed, is_new] = speeds_.try_emplace(name);
    if (is_new || reads_ % 12 == 1) {
      const auto megabits = number_of(file_, sys_path_ + "/class/net/" + name + "/speed");
      speed->second =
          megabits && *megabits > 0 ? telemetry::Measured(static_cast<double>(*megabits) * 1e6) : telemetry::Measured();
    }
    all.push_back({name, found->second.counters.receive_bytes, found->second.counters.transmit_bytes, speed->second});
  }
  return all;
}

}  // namespace hotspot::collector
