// Runs libvirt's event loop, which keep-alive and the close callback need: one per process, started once, never ended.
#pragma once

namespace hotspot::io {

// Must be called before the first connection is opened. May be called again.
void run_libvirt_event_loop();

}  // namespace hotspot::io
