// Ports of 127.0.0.1 for the servers that tests start. Failures throw. Thread rule: any.
#pragma once

#include <sys/types.h>

namespace hotspot::testing {

// A port that nobody listens on now. Another test may take it before the caller does: see listens().
int free_port();

// The process itself listens on the port, not only somebody (/proc/pid/net/tcp, /proc/pid/fd; proc(5)).
bool listens(pid_t process, int port);

}  // namespace hotspot::testing
