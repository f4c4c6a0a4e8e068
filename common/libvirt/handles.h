// libvirt's pointers with automatic release, and the text of its last error. For files that call libvirt.
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace hotspot::virt {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using DomainHandle = std::unique_ptr<virDomain, Freer<virDomainFree>>;
using NetworkHandle = std::unique_ptr<virNetwork, Freer<virNetworkFree>>;
using PoolHandle = std::unique_ptr<virStoragePool, Freer<virStoragePoolFree>>;
using VolumeHandle = std::unique_ptr<virStorageVol, Freer<virStorageVolFree>>;
using StatsHandle = std::unique_ptr<virDomainStatsRecordPtr, Freer<virDomainStatsRecordListFree>>;

struct TextFreer {
  void operator()(char* text) const { std::free(text); }
};
using TextHandle = std::unique_ptr<char, TextFreer>;

// A connection of one thread, which may wait for libvirtd when it is closed.
using OwnConnectionHandle = std::unique_ptr<virConnect, Freer<virConnectClose>>;

// A shared connection: closing it calls libvirtd, which may hang, so the last owner releases it in a TimedCalls thread.
using ConnectionHandle = std::shared_ptr<virConnect>;

// Why the last call of this thread failed, in libvirt's words.
inline std::string last_error_text() {
  const virErrorPtr error = virGetLastError();
  return error != nullptr && error->message != nullptr ? error->message : "libvirt gave no reason";
}

}  // namespace hotspot::virt
