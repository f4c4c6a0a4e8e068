// Which disks the target has as well, which are copied, and why a disk forbids a move: by what both nodes told.
#include "actuator/plan/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using model::RefusalKind;
using telemetry::BlockDevice;
using telemetry::DiskSample;
using telemetry::DiskSource;
using telemetry::Filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Filesystem kRoot{"/", "ext4", "/dev/vda1", "/", 100 * kGibibyte};
Filesystem nfs(const std::string& path, const std::string& source, const std::string& root = "/") {
  return {path, "nfs4", source, root, std::nullopt};
}
DiskSource file(const std::string& path, const std::string& device = "vda") {
  return {.device = device, .type = "file", .source = path, .real_path = path, .id = "", .format = "qcow2"};
}
DiskSample size(std::int64_t capacity, std::int64_t physical, const std::string& device = "vda") {
  DiskSample disk{.device = device};
  disk.capacity_bytes = capacity;
  disk.physical_bytes = disk.allocation_bytes = physical;
  return disk;
}

// Domain "a" on h1, and h2 where it may go.
struct DiskWorld {
  std::vector<DiskSource> disks;
  std::vector<DiskSample> samples;
  std::vector<Filesystem> here{kRoot}, there{kRoot};
  std::vector<BlockDevice> blocks_here, blocks_there;
  telemetry::Policy policy;
  MigrationSettings settings;

  Result<StoragePlan, model::Refusal> plan() const {
    const auto a = domain("a")
                       .set(&telemetry::DomainSample::disk_sources, disks)
                       .set(&telemetry::DomainSample::disks, samples)
                       .policy(policy);
    const auto cluster = cluster_of({node("h1")
                                         .set(&telemetry::NodeSample::filesystems, here)
                                         .set(&telemetry::NodeSample::block_devices, blocks_here)
                                         .with(a),
                                     node("h2")
                                         .set(&telemetry::NodeSample::filesystems, there)
                                         .set(&telemetry::NodeSample::block_devices, blocks_there)});
    return plan_storage(cluster.find_domain(uuid_of("a")), *cluster.find_node(uuid_of("h2")), settings);
  }
  std::string refusal() const {
    const auto found = plan();
    return found ? "no refusal" : found.error().message;
  }
  bool moves_without_copy() const {
    const auto found = plan();
    EXPECT_TRUE(found) << found.error().message;
    return found && found->copied_disks.empty();
  }
};

DiskWorld with_file(const std::string& path) {
  DiskWorld world;
  world.disks = {file(path)};
  world.samples = {size(10 * kGibibyte, 2 * kGibibyte)};
  return world;
}

TEST(PlanStorage, TakesAFileForSharedWhenBothNodesHaveItFromTheSameServerAndFolder) {
  DiskWorld world = with_file("/srv/vms/a.qcow2");
  world.here.push_back(nfs("/srv/vms", "nas:/export/vms"));
  world.there.push_back(nfs("/srv/vms", "nas:/export/vms"));
  EXPECT_TRUE(world.moves_without_copy());
  world.there = {kRoot, nfs("/srv", "nas:/export")};
  EXPECT_TRUE(world.moves_without_copy()) << "the same file, mounted one folder higher";
  world.there = {kRoot, nfs("/srv/vms", "nas:/export", "/vms")};
  EXPECT_TRUE(world.moves_without_copy()) << "the same file, a folder of the mount bound to its place";
}

TEST(PlanStorage, TakesAFileForLocalWhenTheServersOrFoldersDiffer) {
  DiskWorld world = with_file("/srv/a.qcow2");
  world.here.push_back(nfs("/srv", "nas:/export"));
  world.there.push_back(nfs("/srv", "old-nas:/export"));
  EXPECT_THAT(world.refusal(),
              HasSubstr("/srv/a.qcow2 lies on nfs4 nas:/export on h1, and on nfs4 old-nas:/export on h2"));
  world.there.back() = nfs("/srv", "nas:/exports");
  EXPECT_FALSE(world.plan());
  world.there.back() = nfs("/srvs", "nas:/export");
  EXPECT_FALSE(world.plan()) << "/srv is no part of /srvs";
  world.there.back() = nfs("/srv", "nas:/export", "/sub");
  EXPECT_FALSE(world.plan());
}

TEST(PlanStorage, SaysWhatWouldMakeItPossibleWhenAFileIsLocal) {
  const DiskWorld world = with_file("/var/lib/libvirt/images/a.qcow2");
  EXPECT_EQ(world.refusal(),
            "disk vda: /var/lib/libvirt/images/a.qcow2 lies on ext4 /dev/vda1 of h1; it would have to be copied, and "
            "'storage: copy' of hotspotd.yaml does not allow it");
}

TEST(PlanStorage, DoesNotGuessWhereANodeHasNotToldItsFileSystems) {
  DiskWorld world = with_file("/srv/a.qcow2");
  world.settings.storage = LocalStorage::kCopy;
  world.there.clear();
  EXPECT_THAT(world.refusal(), HasSubstr("h2 has not reported its file systems"));
}

TEST(PlanStorage, BelievesTheOperatorAboutSharedPaths) {
  DiskWorld world = with_file("/mnt/fuse/a.qcow2");
  world.settings.shared_paths = {"/mnt/fuse/"};
  ASSERT_TRUE(world.moves_without_copy());
  EXPECT_TRUE(world.plan()->shared_by_statement);
  world.disks.front().real_path = "/data/a.qcow2";
  EXPECT_TRUE(world.moves_without_copy()) << "the path as the definition has it counts too";
  world.settings.shared_paths = {"/mnt/fuse2"};
  EXPECT_FALSE(world.plan());
}

TEST(PlanStorage, NeedsNothingForNetworkDisksEmptyDrivesAndImagesThatNobodyWrites) {
  DiskWorld world;
  world.disks = {{.device = "vda", .type = "network", .source = "rbd:pool/a"},
                 {.device = "sda", .type = "file", .read_only = true},
                 file("/srv/iso/debian.iso", "sdb")};
  world.disks.back().read_only = true;
  EXPECT_TRUE(world.moves_without_copy());
  EXPECT_FALSE(world.plan()->shared_by_statement);
}

TEST(PlanStorage, KnowsABlockDeviceByItsIdOnBothNodes) {
  DiskWorld world;
  world.disks = {{.device = "vda", .type = "block", .source = "/dev/vg/a", .id = "LVM-1@naa.5"}};
  world.blocks_here = {{"dm-3", "LVM-1@naa.5"}};
  world.blocks_there = {{"dm-7", "LVM-1@naa.5"}};
  EXPECT_TRUE(world.moves_without_copy());
  world.blocks_there = {{"dm-3", "LVM-2@naa.5"}};
  world.settings.storage = LocalStorage::kCopy;
  EXPECT_THAT(world.refusal(), HasSubstr("only files are copied, and /dev/vg/a is none"));
  world.settings.storage = LocalStorage::kRefuse;
  EXPECT_THAT(world.refusal(),
              HasSubstr("h2 does not show /dev/vg/a (LVM-1@naa.5); if both reach it, activate it there"));
}

TEST(PlanStorage, TakesTheKernelsOwnNameOnlyWhereItIsTheSame) {
  DiskWorld world;
  world.disks = {{.device = "vda", .type = "block", .source = "/dev/sdb", .id = "naa.5"}};
  world.blocks_there = {{"sdc", "naa.5"}};
  EXPECT_THAT(world.refusal(), HasSubstr("/dev/sdb is /dev/sdc on h2"));
  world.blocks_there = {{"sdb", "naa.5"}};
  EXPECT_TRUE(world.moves_without_copy());
}

TEST(PlanStorage, CopiesOnlyTheLocalDisksWhereThatIsAllowed) {
  DiskWorld world = with_file("/images/a.qcow2");
  world.here.push_back(nfs("/srv", "nas:/x"));
  world.there.push_back(nfs("/srv", "nas:/x"));
  world.disks.push_back(file("/srv/data.qcow2", "vdb"));
  world.samples.front().write_bytes_per_second = 5e6;
  world.settings.storage = LocalStorage::kCopy;
  const auto plan = world.plan();
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->copied_disks, ElementsAre("vda"));
  EXPECT_EQ(plan->capacity_bytes, 10 * kGibibyte);
  EXPECT_EQ(plan->allocated_bytes, 2 * kGibibyte);
  EXPECT_EQ(plan->written_bytes_per_second, 5e6);
  EXPECT_FALSE(plan->shared_by_statement);
}

TEST(PlanStorage, CountsWhatAnImageLiesUponAndNotTheHolesOfARawFile) {
  DiskWorld world = with_file("/images/a.qcow2");
  world.settings.storage = LocalStorage::kCopy;
  world.disks.front().backed = true;
  EXPECT_EQ(world.plan()->allocated_bytes, 10 * kGibibyte);
  world.disks.front() = file("/images/a.raw");
  world.disks.front().format = "raw";
  world.samples = {size(10 * kGibibyte, 10 * kGibibyte)};
  world.samples.front().allocation_bytes = kGibibyte;
  EXPECT_EQ(world.plan()->allocated_bytes, kGibibyte);
}

TEST(PlanStorage, TheMostCarefulOfDaemonAndDomainHolds) {
  DiskWorld world = with_file("/images/a.qcow2");
  world.policy.storage = "copy";
  EXPECT_FALSE(world.plan()) << "the daemon refuses";
  world.settings.storage = LocalStorage::kByPolicy;
  EXPECT_TRUE(world.plan());
  world.policy.storage.reset();
  EXPECT_THAT(world.refusal(), HasSubstr("the domain's own policy does not say 'copy'"));
  world.settings.storage = LocalStorage::kCopy;
  EXPECT_TRUE(world.plan());
  for (const char* word : {"refuse", "sometimes"}) {
    world.policy.storage = word;
    EXPECT_THAT(world.refusal(), HasSubstr("the domain's own policy says '")) << word;
  }
}

TEST(PlanStorage, NeedsRoomOnTheTargetAndStaysBelowTheMostThatIsAllowed) {
  DiskWorld world = with_file("/images/a.qcow2");
  world.settings.storage = LocalStorage::kCopy;
  world.there = {kRoot};
  world.there.front().free_bytes = 2 * kGibibyte;
  EXPECT_THAT(world.refusal(), HasSubstr("h2 has room for 1.8 GiB on /, and 2 GiB would have to be copied"));
  world.there.front().free_bytes = 3 * kGibibyte;
  EXPECT_TRUE(world.plan());
  world.settings.storage_max_bytes = kGibibyte;
  EXPECT_THAT(world.refusal(), HasSubstr("'storage_max' is 1 GiB"));
  world.samples.clear();
  EXPECT_EQ(world.plan().error().kind, RefusalKind::kNotMeasured);
}

TEST(PlanStorage, ARefusalIsInTheDecisionAndACopyInTheStep) {
  const auto hot = [](LocalStorage storage) {
    const auto a = domain("a")
                       .cpu(0.95)
                       .set(&telemetry::DomainSample::disk_sources, {file("/images/a.qcow2")})
                       .set(&telemetry::DomainSample::disks, {size(kGibibyte, kGibibyte)});
    Round round({node("h1").cpu(0.9).set(&telemetry::NodeSample::filesystems, {kRoot}).with(a),
                 node("h2").set(&telemetry::NodeSample::filesystems, {kRoot})});
    round.migration.storage = storage;
    round.domain_fires("a", {rules::Migrate{}});
    return round.only();
  };
  EXPECT_THAT(refusals_of(hot(LocalStorage::kRefuse)).front(), HasSubstr("a to h2: not_migratable, disk vda: "));
  const Decision copied = hot(LocalStorage::kCopy);
  EXPECT_EQ(step_of(copied), "migrate to h2 with vda");
  ASSERT_TRUE(copied.action);
  EXPECT_EQ(copied.action->expected.at(kExpectedStorage), static_cast<double>(kGibibyte));
}

TEST(PlanStorage, PredictsTheDisksBeforeTheMemory) {
  MigrationOutlook outlook;
  outlook.memory.bytes = 100 * kMebibyte;
  outlook.bytes_per_second = 10.0 * kMebibyte;
  outlook.overhead_seconds = 1;
  const double without = choose_migration({}, outlook)->estimate.total_seconds;
  outlook.storage = {1000.0 * kMebibyte, 10.0 * kMebibyte, 5.0 * kMebibyte};
  const auto method = choose_migration({}, outlook);
  ASSERT_TRUE(method);
  EXPECT_NEAR(method->storage_seconds, 200, 0.1);
  EXPECT_NEAR(method->estimate.total_seconds, 200 + 1 + 2 * (without - 1), 1) << "its writes take half of the link";
  outlook.storage.written_bytes_per_second = 9.5 * kMebibyte;
  const auto never = choose_migration({}, outlook);
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().message,
            "its disks would never be copied: the guest writes 9.5 MiB/s to them, and 10 MiB/s can be copied");
}

TEST(PlanStorage, RefusesACopyThatTakesTooLongToBeWorthIt) {
  MigrationOutlook outlook;
  outlook.storage = {3600.0 * 10 * kMebibyte, 10.0 * kMebibyte, 0};
  const auto refused = choose_migration({}, outlook);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "its disks would be copied for 1 h, 'storage_max_time' is 30 min");
  MigrationSettings patient;
  patient.storage_max_time = std::chrono::hours(2);
  EXPECT_TRUE(choose_migration(patient, outlook));
}

TEST(PlanStorage, ATargetThatHasTheDisksComesFirst) {
  const auto a = domain("a")
                     .cpu(0.95)
                     .set(&telemetry::DomainSample::disk_sources, {file("/srv/a.qcow2")})
                     .set(&telemetry::DomainSample::disks, {size(kGibibyte, kGibibyte)});
  const auto share = nfs("/srv", "nas:/x");
  Round round({node("h1").cpu(0.9).set(&telemetry::NodeSample::filesystems, {kRoot, share}).with(a),
               node("h2").cpu(0.01).set(&telemetry::NodeSample::filesystems, {kRoot}),
               node("h3").cpu(0.3).set(&telemetry::NodeSample::filesystems, {kRoot, share})});
  round.migration.storage = LocalStorage::kCopy;
  round.domain_fires("a", {rules::Migrate{}});
  EXPECT_EQ(step_of(round.only()), "migrate to h3");
}

TEST(PlanStorage, LearnsHowFastDisksAreCopiedBetweenTwoNodes) {
  MigrationBook book;
  model::Action action;
  action.domain_uuid = uuid_of("a");
  action.node_uuid = uuid_of("h1");
  action.step = model::MigrateTo{uuid_of("h2"), "h2", "", {"vda"}, false};
  action.expected = {{kExpectedStorage, 300e6}};
  book.note(action,
            {{"storage_ms", 3000},
             {"precopy_ms", 1000},
             {"stop_and_copy_ms", 50},
             {"memory_processed_bytes", 5e7},
             {"total_ms", 4500}},
            kNow);
  MigrationBook restored;
  restored.restore(book.pairs(), book.domains());
  const auto cluster = cluster_of({node("h1").with(domain("a")), node("h2")});
  const auto a = cluster.find_domain(uuid_of("a"));
  const model::Node& target = *cluster.find_node(uuid_of("h2"));
  ExpectedMigration expected = restored.expect(a, target, {});
  EXPECT_NEAR(figures_of(expected)[kExpectedOverhead], 0.45, 0.01) << "the disks' time is none of it";
  restored.expect_storage({a, target}, {{"vda"}, 900, 600, 7, false}, {}, expected);
  EXPECT_NEAR(figures_of(expected)[kExpectedStorageBandwidth], 100e6, 1);
  EXPECT_EQ(figures_of(expected)[kExpectedStorage], 600);
  EXPECT_EQ(figures_of(expected)[kExpectedStorageWritten], 7);
  MigrationSettings limited;
  limited.bandwidth_bytes_per_second = 50;
  restored.expect_storage({a, target}, {{"vda"}, 900, 600, 7, false}, limited, expected);
  EXPECT_EQ(figures_of(expected)[kExpectedStorage], 900) << "a limit counts holes like data";
  EXPECT_EQ(figures_of(expected)[kExpectedStorageBandwidth], 50);
}

}  // namespace
}  // namespace hotspot::plan
