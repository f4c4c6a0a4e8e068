// libvirt's handles, each freed by itself. Private to the files that speak with libvirt.
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "telemetry/result.h"

namespace hotspot::collector {

struct CloseConnection {
  void operator()(virConnectPtr connection) const { virConnectClose(connection); }
};
using Connection = std::unique_ptr<virConnect, CloseConnection>;

struct FreeDomain {
  void operator()(virDomainPtr domain) const { virDomainFree(domain); }
};
using Domain = std::unique_ptr<virDomain, FreeDomain>;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

struct FreeRecords {
  void operator()(virDomainStatsRecordPtr* records) const { virDomainStatsRecordListFree(records); }
};
using Records = std::unique_ptr<virDomainStatsRecordPtr, FreeRecords>;

inline Error libvirt_error(const std::string& what) {
  const virErrorPtr error = virGetLastError();
  return {what + ": " + (error != nullptr && error->message != nullptr ? error->message : "no reason was given")};
}

}  // namespace hotspot::collector
