// What a domain needs of a target, against what both nodes told: the first choice knows it, in recommend mode too.
#include "actuator/plan/target_needs.h"

#include <gmock/gmock.h>

#include <functional>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using telemetry::DomainSample;
using telemetry::Names;
using telemetry::NodeSnapshot;
using ::testing::Contains;
using ::testing::HasSubstr;

// h1 is hot and has web1; h2 is the emptiest, then h3. A test changes the domain and the nodes.
struct Needs {
  DomainSample web1 = domain("web1").vcpus(2, 2).cpu(0.9).set(&DomainSample::cpu_cores, 1.8);
  NodeSnapshot h1 = node("h1").cpu(0.9), h2 = node("h2").cpu(0.02), h3 = node("h3").cpu(0.2);

  Decision decide(Mode mode = Mode::kEnforce) const {
    NodeSnapshot full = h1;
    full.domains.push_back(web1);
    Round round({full, h2, h3});
    round.daemon_mode = mode;
    round.node_fires("h1", {rules::Migrate{}});
    return round.only();
  }
  // Why not to h2; "" where h2 was taken.
  std::string why_not_h2() const {
    const Decision decision = decide();
    if (step_of(decision) == "migrate to h2") return "";
    EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
    for (const Considered& one : decision.considered)
      if (one.domain == "web1" && one.target == "h2") return one.refusal.message;
    return "h2 is not in the decision: " + explain(decision);
  }
};

Needs with_huge_pages(std::int64_t free_of_h2) {
  Needs needs;
  needs.web1.huge_page_bytes = 2 * kMebibyte;
  needs.web1.huge_pages_bytes = kGibibyte;
  needs.h2.node.huge_page_pools = {{2 * kMebibyte, 2 * kGibibyte, free_of_h2}, {kGibibyte, 0, 0}};
  needs.h3.node.huge_page_pools = {{2 * kMebibyte, 2 * kGibibyte, kGibibyte}, {kGibibyte, 0, 0}};
  return needs;
}

TEST(TargetNeeds, TheFirstChoiceHasTheHugePagesThatTheDomainNeeds) {
  EXPECT_EQ(with_huge_pages(0).why_not_h2(), "h2 has 0 of the 512 free huge pages of 2 MiB that web1 needs");
  EXPECT_EQ(with_huge_pages(kGibibyte - 2 * kMebibyte).why_not_h2(),
            "h2 has 511 of the 512 free huge pages of 2 MiB that web1 needs");
  EXPECT_EQ(with_huge_pages(kGibibyte).why_not_h2(), "");
}

TEST(TargetNeeds, RecommendModeKnowsItTooAndTheDecisionShowsIt) {
  const Decision decision = with_huge_pages(0).decide(Mode::kRecommend);
  EXPECT_THAT(explain(decision), HasSubstr("migrate to h3"));
  EXPECT_THAT(explain(decision), HasSubstr("h2 has 0 of the 512 free huge pages of 2 MiB that web1 needs"));
  EXPECT_THAT(refusals_of(decision),
              Contains("web1 to h2: target_cannot, h2 has 0 of the 512 free huge pages of 2 MiB that web1 needs"));
}

TEST(TargetNeeds, HugePagesOfASizeThatTheTargetDoesNotHave) {
  Needs needs = with_huge_pages(kGibibyte);
  needs.web1.huge_page_bytes = 64 * kMebibyte;
  needs.h3.node.huge_page_pools.push_back({64 * kMebibyte, kGibibyte, kGibibyte});
  EXPECT_EQ(needs.why_not_h2(), "h2 has no huge pages of 64 MiB, which web1 needs");
}

TEST(TargetNeeds, HugePagesOfTheDefaultSizeAreTheTargetsOwnDefault) {
  Needs needs;
  needs.web1.huge_page_bytes = 0;
  needs.web1.huge_pages_bytes = kGibibyte;
  needs.h2.node.huge_pages_free_bytes = 512 * kMebibyte;
  needs.h3.node.huge_pages_free_bytes = kGibibyte;
  EXPECT_EQ(needs.why_not_h2(), "h2 has 512 MiB free in huge pages of its default size, web1 needs 1 GiB of them");
}

TEST(TargetNeeds, WhereOnlyAPartOfADomainIsInHugePagesOneOfThemIsNeededAtLeast) {
  Needs needs = with_huge_pages(0);
  needs.web1.huge_pages_bytes.reset();
  EXPECT_EQ(needs.why_not_h2(), "h2 has 0 of the 1 free huge pages of 2 MiB that web1 needs");
  needs = with_huge_pages(2 * kMebibyte);
  needs.web1.huge_pages_bytes.reset();
  EXPECT_EQ(needs.why_not_h2(), "");
}

TEST(TargetNeeds, HugePagesOfADomainOnItsWayThereAreTaken) {
  Needs needs = with_huge_pages(kGibibyte + kGibibyte / 2);
  DomainSample web2 = domain("web2").cpu(0.1);
  web2.huge_page_bytes = 2 * kMebibyte;
  web2.huge_pages_bytes = kGibibyte;
  NodeSnapshot full = needs.h1, h4 = node("h4").cpu(0.5).with(web2);
  full.domains.push_back(needs.web1);
  Round round({full, needs.h2, needs.h3, h4});
  round.limits.migrations_per_cluster = round.limits.migrations_in_per_node = 4;
  round.under_way("web2", "h4", migrate_to("h2"));
  round.node_fires("h1", {rules::Migrate{}});
  const Decision decision = round.only();
  EXPECT_EQ(step_of(decision), "migrate to h3") << explain(decision);
  EXPECT_THAT(refusals_of(decision),
              Contains("web1 to h2: target_cannot, h2 has 256 of the 512 free huge pages of 2 MiB "
                       "that web1 needs, domains on their way there counted"));
}

TEST(TargetNeeds, NetworksAndInterfacesByName) {
  Needs needs;
  needs.web1.networks = {"default", "lan"};
  needs.web1.node_interfaces = {"br0"};
  needs.h2.node.networks = Names({"default"});
  needs.h3.node.networks = Names({"default", "lan"});
  EXPECT_EQ(needs.why_not_h2(), "h2 has no active network 'lan', to which web1 is connected");
  needs.h2.node.networks = needs.h3.node.networks;
  needs.h2.node.interfaces = Names(std::vector<std::string>{});
  needs.h3.node.interfaces = Names({"br0", "eth0"});
  EXPECT_EQ(needs.why_not_h2(), "h2 has no network interface br0, to which web1 is connected");
}

TEST(TargetNeeds, AMachineTypeThatTheTargetsQemuDoesNotKnow) {
  Needs needs;
  needs.web1.machine = "pc-q35-10.0";
  needs.h2.node.machine_types = "microvm pc-q35-2.6..7.2";
  needs.h3.node.machine_types = "microvm pc-q35-2.6..10.0";
  EXPECT_EQ(needs.why_not_h2(), "the QEMU of h2 has no machine type pc-q35-10.0, which web1 was started with");
}

TEST(TargetNeeds, AnEmulatedTpm) {
  Needs needs;
  needs.web1.emulated_tpm = true;
  needs.h2.node.emulated_tpm = false;
  needs.h3.node.emulated_tpm = true;
  EXPECT_EQ(needs.why_not_h2(), "h2 has no emulated TPM (swtpm), which web1 needs");
}

Needs passed_through() {
  Needs needs;
  needs.web1.cpu_mode = "host-passthrough";
  for (NodeSnapshot* one : {&needs.h1, &needs.h2, &needs.h3}) {
    one->node.cpu_vendor = "Intel";
    one->node.cpu_model = "Skylake-Server-IBRS";
    one->node.cpu_features = "avx512f md-clear vmx";
  }
  return needs;
}

TEST(TargetNeeds, ACpuThatIsPassedThroughMustHaveNoLessFeatures) {
  Needs needs = passed_through();
  EXPECT_EQ(needs.why_not_h2(), "");
  needs.h2.node.cpu_features = "vmx";
  EXPECT_EQ(needs.why_not_h2(), "the CPU of h2 lacks avx512f and 1 more, which web1 was given (host-passthrough)");
  needs.web1.cpu_mode = "custom";
  EXPECT_EQ(needs.why_not_h2(), "") << "what its model has of them, libvirt of the target knows";
}

TEST(TargetNeeds, ACpuOfAnotherMakerIsNone) {
  Needs needs = passed_through();
  needs.h2.node.cpu_vendor = "AMD";
  EXPECT_EQ(needs.why_not_h2(), "the CPU of h2 is from AMD, web1 was started with one from Intel");
  needs.web1.emulated = true;
  EXPECT_EQ(needs.why_not_h2(), "") << "QEMU itself emulates any CPU";
  needs.web1.emulated = false;
  needs.web1.cpu_mode = "custom";
  EXPECT_EQ(needs.why_not_h2(), "") << "a model that names no maker";
  needs.web1.cpu_vendor = "Intel";
  EXPECT_THAT(needs.why_not_h2(), HasSubstr("from AMD"));
}

TEST(TargetNeeds, TwoModelsOfCpuAreForLibvirtToCompare) {
  Needs needs = passed_through();
  needs.h2.node.cpu_model = "Cascadelake-Server";
  needs.h2.node.cpu_features = "vmx";
  EXPECT_EQ(needs.why_not_h2(), "");
}

TEST(TargetNeeds, WhatOneSideDidNotTellIsNoRefusal) {
  Needs needs = passed_through();
  needs.web1.huge_page_bytes = 2 * kMebibyte;
  needs.web1.huge_pages_bytes = kGibibyte;
  needs.web1.networks = {"lan"};
  needs.web1.node_interfaces = {"br0"};
  needs.web1.machine = "pc-q35-10.0";
  needs.web1.emulated_tpm = true;
  needs.h2 = node("h2").cpu(0.02);  // a collector of before
  EXPECT_EQ(needs.why_not_h2(), "");
  needs.h2.node.huge_page_pools = {{2 * kMebibyte, kGibibyte, std::nullopt}};
  EXPECT_EQ(needs.why_not_h2(), "");
  needs.web1 = Needs().web1;  // of a collector of before, on nodes that told all
  needs.h2.node.networks = needs.h2.node.interfaces = Names(std::vector<std::string>{});
  needs.h2.node.machine_types = "microvm";
  needs.h2.node.emulated_tpm = false;
  EXPECT_EQ(needs.why_not_h2(), "");
}

TEST(TargetNeeds, ADrainKnowsThemToo) {
  Needs needs = with_huge_pages(0);
  NodeSnapshot full = needs.h1;
  full.domains.push_back(needs.web1);
  Round round({full, needs.h2, needs.h3});
  round.node_fires("h1", {rules::Drain{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h3") << shown(round.plan());
}

// h1 has the ISO image from a server, h3 too.
Needs with_iso() {
  const telemetry::Filesystem root{"/", "ext4", "/dev/vda1", "/", 100 * kGibibyte},
      iso{"/srv/iso", "nfs4", "nas:/iso", "/", std::nullopt};
  Needs needs;
  needs.web1.disk_sources = {{.device = "sda",
                              .type = "file",
                              .source = "/srv/iso/cd.iso",
                              .real_path = "/srv/iso/cd.iso",
                              .read_only = true}};
  needs.h1.node.filesystems = needs.h3.node.filesystems = {root, iso};
  needs.h2.node.filesystems = {root};
  return needs;
}

TEST(TargetNeeds, ATargetThatDoesNotMountTheServerOfAnImageComesLast) {
  EXPECT_EQ(with_iso().why_not_h2(),
            "h2 comes last: it may refuse web1, since /srv/iso/cd.iso lies on nfs4 nas:/iso on h1, and on ext4 "
            "/dev/vda1 on h2");
  Needs alone = with_iso();
  alone.h3.node.cpu_ratio = alone.h3.node.cpu_domains_ratio = 0.79;  // no room
  EXPECT_EQ(step_of(alone.decide()), "migrate to h2") << "it may have a copy of its own";
}

TEST(TargetNeeds, AnImageThatMayBeMissingOrIsOnTheNodesOwnDiskPutsNoTargetLast) {
  Needs needs = with_iso();
  needs.web1.disk_sources[0].may_be_missing = true;
  EXPECT_EQ(needs.why_not_h2(), "");
  needs = with_iso();
  needs.web1.disk_sources[0].source = needs.web1.disk_sources[0].real_path = "/var/iso/cd.iso";
  EXPECT_EQ(needs.why_not_h2(), "") << "whether the others have it too is not known of any of them";
}

TEST(TargetNeeds, AKernelOrFirmwareFromAServerCountsAsAnImageDoes) {
  Needs needs = with_iso();
  needs.web1.disk_sources.clear();
  needs.web1.files = {"/srv/iso/vmlinuz"};
  EXPECT_THAT(needs.why_not_h2(), HasSubstr("/srv/iso/vmlinuz lies on nfs4 nas:/iso on h1"));
}

}  // namespace
}  // namespace hotspot::plan
