#include "actuator/io/libvirt/event_loop.h"

#include <libvirt/libvirt.h>

#include <mutex>
#include <thread>

#include "actuator/io/libvirt/errors.h"
#include "actuator/io/libvirt/event_poll.h"

namespace hotspot::io {
namespace {

// libvirt's registration is process-wide and cannot be undone; neither can ours.
EventPoll& the_loop() {
  static auto* const loop = new EventPoll;
  return *loop;
}

void register_loop() {
  virEventRegisterImpl(
      [](int fd, int events, virEventHandleCallback callback, void* opaque, virFreeCallback free) {
        return the_loop().add_handle(fd, events, {callback, opaque, free});
      },
      [](int handle, int events) { the_loop().update_handle(handle, events); },
      [](int handle) { return the_loop().remove_handle(handle); },
      [](int period_ms, virEventTimeoutCallback callback, void* opaque, virFreeCallback free) {
        return the_loop().add_timer(period_ms, {callback, opaque, free});
      },
      [](int timer, int period_ms) { the_loop().update_timer(timer, period_ms); },
      [](int timer) { return the_loop().remove_timer(timer); });
}

}  // namespace

void run_libvirt_event_loop() {
  static std::once_flag once;
  std::call_once(once, [] {
    silence_libvirt();
    virInitialize();
    if (!the_loop().works()) return;  // no descriptors are left: no connection can be opened either
    register_loop();
    std::thread([] {
      for (;;) the_loop().run_once();
    }).detach();
  });
}

}  // namespace hotspot::io
