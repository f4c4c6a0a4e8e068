#include "actuator/io/libvirt/descriptor_budget.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hotspot::io {
namespace {

// Far more than nodes need; libvirt iterates over all numbers up to the limit whenever it starts an ssh.
constexpr rlim_t kMostOfUse = 65'536;
// Always left free: two for each connection that may be in the process of opening.
constexpr std::size_t kNeverUsed = 128;

}  // namespace

std::unique_ptr<DescriptorBudget::Part> DescriptorBudget::take(const std::shared_ptr<DescriptorBudget>& budget) {
  if (++budget->nodes_ <= budget->most_nodes()) return std::make_unique<Part>(budget);
  --budget->nodes_;
  return nullptr;
}

std::size_t DescriptorBudget::most_nodes() const { return limit_ > kReserve ? (limit_ - kReserve) / kOfANode : 0; }

// A new descriptor gets the lowest free number.
bool DescriptorBudget::has_room() const {
  const int lowest_free = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  if (lowest_free < 0) return errno == EBADF;
  close(lowest_free);
  return static_cast<std::size_t>(lowest_free) + kNeverUsed < std::max(limit_, kNeverUsed);
}

std::string DescriptorBudget::refusal() const {
  return "this process may have " + std::to_string(limit_) + " file descriptors, which are enough for " +
         std::to_string(most_nodes()) + " nodes; raise LimitNOFILE of its unit (systemctl edit hotspotd)";
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t wanted = std::min(limit.rlim_max, std::max(limit.rlim_cur, kMostOfUse));
  if (wanted > limit.rlim_cur) {
    rlimit raised = limit;
    raised.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::shared_ptr<DescriptorBudget> budget_of_this_process() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return std::make_shared<DescriptorBudget>(static_cast<std::size_t>(limit.rlim_cur));
}

}  // namespace hotspot::io
