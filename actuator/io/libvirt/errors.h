// libvirt's errors as faults of the port. For the libvirt_*.cc of this folder only.
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <string>

#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

// alive: does our connection still stand? If not, the answer was lost, whatever the code says.
ports::CallFault fault_of(int code, const std::string& message, bool alive);

// Of a migration that libvirt refused: by its number (virErrorNumber) and part (virErrorDomain), and where these say
// too little by its words.
ports::Blame blame_of(int code, int part, const std::string& message);

// What to do where libvirt did not let us in, as the end of a sentence. Empty: it was something else.
std::string advice_on_refusal(int code, const std::string& message);

// The last error of this thread. about: "h1: domain 6695eb01-…".
ports::CallError last_error(virConnectPtr connection, const std::string& about);

// libvirt prints every error to stderr by itself; who gets it from us logs it once. Process-wide.
void silence_libvirt();

}  // namespace hotspot::io
