// Translates libvirt's errors to faults of the port. For the *.cc of this folder only.
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <string>

#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

// The state of our own connection: if it is broken, the answer was lost, whatever the code says.
enum class Connection { kAlive, kBroken };
ports::CallFault fault_of(int code, const std::string& message, Connection connection);

// For a migration that libvirt refused: decides by its number (virErrorNumber) and part (virErrorDomain) and, if these
// are not sufficient, by its words.
ports::Blame blame_of(int code, int part, const std::string& message);

// What to do if libvirt refused access, as the end of a sentence. Empty: the error is of another kind.
std::string advice_on_refusal(int code, const std::string& message);

// The last error of this thread. about: "h1: domain 6695eb01-…".
ports::CallError last_error(virConnectPtr connection, const std::string& about);

// libvirt would print every error to stderr; the caller receives it and logs it once. Process-wide.
void silence_libvirt();

}  // namespace hotspot::io
