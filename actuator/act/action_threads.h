// Runs each action in a thread of its own, which waits for the hypervisor.
//
// Thread rule: that of the port. `wake` is called from the threads when a report is available.
#pragma once

#include <functional>
#include <memory>

#include "actuator/act/make_actions.h"
#include "actuator/ports/clock.h"

namespace hotspot::act {

class ActionThreads : public ports::Actions {
 public:
  ActionThreads(ports::Hypervisor& hypervisor, const ports::Clock& clock, ExecutorOptions options,
                std::function<void()> wake);
  // Threads that wait for a migration are left behind: the hypervisor and the clock must live as long as the process.
  ~ActionThreads() override;

  void begin(ports::ActionOrder order, ports::Moment now) override;
  std::vector<ports::ActionReport> reports(ports::Moment now) override;
  ports::Work work(const std::string& action_id) const override;
  void cancel(const std::string& action_id, const std::string& why) override;
  void skip(const std::string& action_id, const std::string& why) override;
  void stop(const std::string& action_id) override;
  void allow_step(const std::string& action_id) override;
  void act_until(Milliseconds steady) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

MakeActions actions_in_threads(const ports::Clock& clock, std::function<void()> wake);

}  // namespace hotspot::act
