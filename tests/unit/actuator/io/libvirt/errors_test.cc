// What libvirt's errors of a refused migration are about: its numbers and parts, and where they say too little its
// words.
#include "actuator/io/libvirt/errors.h"

#include <gtest/gtest.h>

namespace hotspot::io {
namespace {

using ports::Blame;

TEST(LibvirtErrors, WhatTheTargetLacksIsTheTargets) {
  EXPECT_EQ(blame_of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE,
                     "Cannot access storage file '/srv/iso/cd.iso': No such file or directory"),
            Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_NO_NETWORK, VIR_FROM_NETWORK, "Network not found: no network with matching name 'dmz'"),
            Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_OPERATION_INVALID, VIR_FROM_NETWORK, "network 'dmz' is not active"), Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_CPU_INCOMPATIBLE, VIR_FROM_CPU, "guest CPU doesn't match specification"), Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_CONFIG_UNSUPPORTED, VIR_FROM_QEMU, "Emulator does not support machine type 'pc-q35-9.0'"),
            Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_INTERNAL_ERROR, VIR_FROM_QEMU,
                     "process exited while connecting to monitor: unable to map backing store for guest RAM"),
            Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_AUTH_FAILED, VIR_FROM_RPC, "authentication failed"), Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_OPERATION_FAILED, VIR_FROM_DOMAIN, "domain 'web1' already exists with uuid 1234"),
            Blame::kTarget);
  EXPECT_EQ(blame_of(VIR_ERR_OPERATION_INVALID, VIR_FROM_DOMAIN, "domain is already active as 'web1'"), Blame::kTarget);
}

TEST(LibvirtErrors, WhatIsAboutTheDomainIsNoTargetsFault) {
  EXPECT_EQ(
      blame_of(VIR_ERR_OPERATION_INVALID, VIR_FROM_QEMU, "cannot migrate a domain with <hostdev mode='subsystem'>"),
      Blame::kDomain);
  EXPECT_EQ(blame_of(VIR_ERR_MIGRATE_UNSAFE, VIR_FROM_QEMU, "Migration without shared storage is unsafe"),
            Blame::kDomain);
}

TEST(LibvirtErrors, WhatPassesIsNobodys) {
  EXPECT_EQ(blame_of(VIR_ERR_OPERATION_TIMEOUT, VIR_FROM_QEMU, "cannot acquire state change lock"), Blame::kPassing);
  EXPECT_EQ(blame_of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, "unable to connect to server at 'h2:16509': timed out"),
            Blame::kPassing);
  EXPECT_EQ(blame_of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_QEMU, "unable to connect to server at 'h2:49152'"),
            Blame::kPassing);
  EXPECT_EQ(blame_of(VIR_ERR_RPC, VIR_FROM_RPC, "internal error: client socket is closed"), Blame::kPassing);
}

// As libvirt 11.3 has them of a user who is not in its group: with polkit, without it; and of ssh and TLS.
TEST(LibvirtErrors, WhoIsNotLetInIsToldWhereItSaysHow) {
  const std::string advice = "; docs/nodes.md says what lets hotspotd in";
  EXPECT_EQ(advice_on_refusal(VIR_ERR_AUTH_UNAVAILABLE,
                              "authentication unavailable: no polkit agent available to authenticate action "
                              "'org.libvirt.unix.manage'"),
            advice);
  EXPECT_EQ(advice_on_refusal(VIR_ERR_SYSTEM_ERROR,
                              "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied"),
            advice);
  EXPECT_EQ(
      advice_on_refusal(VIR_ERR_SYSTEM_ERROR,
                        "Cannot recv data: hotspot-ssh@h2: Permission denied (publickey).: Connection reset by peer"),
      advice);
  EXPECT_EQ(advice_on_refusal(VIR_ERR_SYSTEM_ERROR,
                              "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory"),
            advice);
}

TEST(LibvirtErrors, WhereNobodyListensThereIsNoAdviceOnWhoMayConnect) {
  EXPECT_EQ(advice_on_refusal(VIR_ERR_SYSTEM_ERROR, "unable to connect to server at 'h2:16514': Connection refused"),
            "");
  EXPECT_EQ(advice_on_refusal(VIR_ERR_SYSTEM_ERROR,
                              "Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory"),
            "");
}

}  // namespace
}  // namespace hotspot::io
