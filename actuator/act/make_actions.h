// Creates what carries actions out for the loop: with threads (action_threads.h), or in simulated time.
#pragma once

#include <functional>
#include <memory>

#include "actuator/act/executor_options.h"
#include "actuator/ports/actions.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::act {

using MakeActions = std::function<std::unique_ptr<ports::Actions>(ports::Hypervisor&, const ExecutorOptions&)>;

}  // namespace hotspot::act
