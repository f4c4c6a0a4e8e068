#include "actuator/io/libvirt/event_loop.h"

#include <libvirt/libvirt.h>

#include <mutex>
#include <thread>

#include "actuator/io/libvirt/errors.h"

namespace hotspot::io {

void run_libvirt_event_loop() {
  // libvirt's registration is process-wide and cannot be undone; neither can ours.
  static std::once_flag once;
  std::call_once(once, [] {
    silence_libvirt();
    virInitialize();
    if (virEventRegisterDefaultImpl() != 0) return;
    std::thread([] {
      while (virEventRunDefaultImpl() == 0) {
      }
    }).detach();
  });
}

}  // namespace hotspot::io
