// What every Hypervisor promises about migrating. The fake one always; libvirt where a rig is named:
//   HOTSPOT_RIG_URIS="qemu+tcp://10.77.0.11/system qemu+tcp://10.77.0.12/system" HOTSPOT_RIG_DOMAIN=UUID
// The domain must run on the first or the second; it ends where it began.
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <vector>

#include "actuator/io/libvirt/hypervisor.h"
#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::contract {
namespace {

using ports::CallFault;
using ports::MigrationProgress;
using ports::Verdict;

class MigrationBody {
 public:
  virtual ~MigrationBody() = default;
  virtual ports::Hypervisor& hypervisor() = 0;
  virtual ports::NodeAddress first() = 0;
  virtual ports::NodeAddress second() = 0;
  virtual std::string domain_uuid() = 0;
};

class FakeBody : public MigrationBody {
 public:
  FakeBody() {
    ports::DomainFacts facts;
    facts.state = telemetry::DomainState::kRunning;
    fake_.add_domain(first().uuid, domain_uuid(), facts);
  }
  ports::Hypervisor& hypervisor() override { return fake_; }
  ports::NodeAddress first() override { return {"uuid-of-h1", "h1", "fake:///h1"}; }
  ports::NodeAddress second() override { return {"uuid-of-h2", "h2", "fake:///h2"}; }
  std::string domain_uuid() override { return "6695eb01-f6a4-8304-79aa-97f2502e193f"; }

 private:
  fakes::FakeHypervisor fake_;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

class RigBody : public MigrationBody {
 public:
  RigBody() {
    std::istringstream uris(environment("HOTSPOT_RIG_URIS"));
    std::string uri;
    while (uris >> uri) nodes_.push_back({"", "rig" + std::to_string(nodes_.size() + 1), uri});
  }
  ports::Hypervisor& hypervisor() override { return libvirt_; }
  ports::NodeAddress first() override { return nodes_.at(0); }
  ports::NodeAddress second() override { return nodes_.at(1); }
  std::string domain_uuid() override { return environment("HOTSPOT_RIG_DOMAIN"); }

 private:
  io::LibvirtHypervisor libvirt_;
  std::vector<ports::NodeAddress> nodes_;
};

struct Maker {
  const char* name;
  std::unique_ptr<MigrationBody> (*make)();
};
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

std::vector<Maker> makers() {
  std::vector<Maker> found{{"Fake", [] { return std::unique_ptr<MigrationBody>(new FakeBody); }}};
  if (!environment("HOTSPOT_RIG_URIS").empty())
    found.push_back({"Rig", [] { return std::unique_ptr<MigrationBody>(new RigBody); }});
  return found;
}

class MigrationContract : public ::testing::TestWithParam<Maker> {
 protected:
  ports::Hypervisor& hypervisor() { return body_->hypervisor(); }
  std::string domain() { return body_->domain_uuid(); }
  bool runs_at(const ports::NodeAddress& node) {
    const auto facts = hypervisor().look(node, domain());
    return facts && facts->state == telemetry::DomainState::kRunning;
  }
  bool missing_at(const ports::NodeAddress& node) {
    const auto facts = hypervisor().look(node, domain());
    return !facts && facts.error().fault == CallFault::kNotFound;
  }
  ports::NodeAddress home() { return runs_at(body_->first()) ? body_->first() : body_->second(); }
  ports::NodeAddress away() { return runs_at(body_->first()) ? body_->second() : body_->first(); }

  std::unique_ptr<MigrationBody> body_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, MigrationContract, ::testing::ValuesIn(makers()),
                         [](const auto& body) { return body.param.name; });

TEST_P(MigrationContract, MovesTheDomainThereAndBackWithProgress) {
  const auto source = home(), target = away();
  for (const auto& [from, to] : {std::pair{source, target}, std::pair{target, source}}) {
    std::vector<MigrationProgress> reports;
    const auto moved = hypervisor().migrate(
        from, domain(), to, {.max_downtime_ms = 300, .on_progress = [&reports](const MigrationProgress& progress) {
                               reports.push_back(progress);
                               return Verdict::kGoOn;
                             }});
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_TRUE(runs_at(to));
    EXPECT_TRUE(missing_at(from));
    EXPECT_FALSE(reports.empty());
    EXPECT_GT(moved->elapsed_ms, 0);
    EXPECT_TRUE(moved->downtime_ms && moved->memory_processed_bytes && moved->iteration && moved->setup_ms);
  }
}

TEST_P(MigrationContract, ACancelledMigrationLeavesTheDomainRunningWhereItWas) {
  const auto source = home(), target = away();
  // Slow enough not to be over before it is cancelled.
  const auto cancelled = hypervisor().migrate(
      source, domain(), target, {.bandwidth_bytes_per_second = kMebibyte, .on_progress = [](const MigrationProgress&) {
                                   return Verdict::kCancel;
                                 }});
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().fault, CallFault::kCancelled) << cancelled.error().message;
  EXPECT_TRUE(runs_at(source));
  EXPECT_TRUE(missing_at(target));
  EXPECT_FALSE(hypervisor().look(source, domain())->job_active);
}

TEST_P(MigrationContract, IsNotBegunWhenTheLastMomentSaysNo) {
  const auto source = home(), target = away();
  const auto refused = hypervisor().migrate(
      source, domain(), target,
      {.may_begin = [] { return false; }, .on_progress = [](const MigrationProgress&) { return Verdict::kGoOn; }});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, CallFault::kCancelled) << refused.error().message;
  EXPECT_TRUE(runs_at(source));
  EXPECT_TRUE(missing_at(target));
}

using JobWhen = ports::Hypervisor::JobWhen;

TEST_P(MigrationContract, TellsEverybodyItsFiguresWhileItGoesOnAndWhatItCameToAfterwards) {
  const auto source = home(), target = away();
  ports::Hypervisor::Figures seen;
  const auto moved = hypervisor().migrate(
      source, domain(), target,
      {.bandwidth_bytes_per_second = 32 * kMebibyte, .on_progress = [&](const MigrationProgress& progress) {
         if (!seen && progress.memory_total_bytes) {
           const auto figures = hypervisor().migration_figures(source, domain(), JobWhen::kRunning);
           if (figures && *figures && (*figures)->memory_total_bytes.value_or(0) > 0) seen = *figures;
           EXPECT_FALSE(progress.downtime_ms) << "nothing was measured yet";
         }
         return Verdict::kGoOn;
       }});
  ASSERT_TRUE(moved) << moved.error().message;
  ASSERT_TRUE(seen) << "no figures of its memory";
  EXPECT_FALSE(seen->downtime_ms || seen->post_copy);
  const auto completed = hypervisor().migration_figures(target, domain(), JobWhen::kCompleted);
  ASSERT_TRUE(completed && *completed);
  EXPECT_EQ((*completed)->downtime_ms, moved->downtime_ms);
  EXPECT_EQ((*completed)->memory_processed_bytes, moved->memory_processed_bytes);
  const auto after = hypervisor().migration_figures(target, domain(), JobWhen::kRunning);
  EXPECT_TRUE(after && !*after);
}

TEST_P(MigrationContract, ShowsAtTheTargetThatTheDomainIsOnItsWay) {
  const auto source = home(), target = away();
  bool on_its_way = false, stopped_before = true;
  const auto cancelled = hypervisor().migrate(
      source, domain(), target,
      {.bandwidth_bytes_per_second = kMebibyte, .on_progress = [&](const MigrationProgress& progress) {
         if (!progress.memory_total_bytes) return Verdict::kGoOn;
         const auto there = hypervisor().look(target, domain());
         const auto here = hypervisor().look(source, domain());
         on_its_way = there && there->job_active && !ports::runs(*there);
         stopped_before = !here || !here->job_active || here->was_suspended;
         return Verdict::kCancel;
       }});
  EXPECT_FALSE(cancelled);
  EXPECT_TRUE(on_its_way);
  EXPECT_FALSE(stopped_before);
  const auto stayed = hypervisor().look(source, domain());
  ASSERT_TRUE(stayed) << stayed.error().message;
  EXPECT_FALSE(stayed->was_suspended) << "it was cancelled while the guest ran";
}

TEST_P(MigrationContract, CanBeTurnedToPostCopyByAnother) {
  const auto source = home(), target = away();
  bool asked = false;
  const auto moved = hypervisor().migrate(source, domain(), target,
                                          {.bandwidth_bytes_per_second = 4 * kMebibyte,
                                           .post_copy = true,
                                           .on_progress = [&](const MigrationProgress& progress) {
                                             if (!asked && progress.memory_total_bytes)
                                               asked = hypervisor().start_post_copy(source, domain()).ok();
                                             return Verdict::kGoOn;
                                           }});
  EXPECT_TRUE(moved) << moved.error().message;
  EXPECT_TRUE(asked);
  EXPECT_TRUE(runs_at(target));
  EXPECT_TRUE(missing_at(source));
  EXPECT_FALSE(hypervisor().look(target, domain())->post_copy);
}

TEST_P(MigrationContract, CancelJobEndsAMigrationThatAnotherThreadWaitsFor) {
  const auto source = home(), target = away();
  bool asked = false;
  const auto cancelled = hypervisor().migrate(
      source, domain(), target,
      {.bandwidth_bytes_per_second = kMebibyte, .on_progress = [&](const MigrationProgress& progress) {
         // Once there is something to cancel.
         if (!asked && progress.memory_total_bytes) asked = hypervisor().cancel_job(source, domain()).ok();
         return Verdict::kGoOn;
       }});
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().fault, CallFault::kCancelled) << cancelled.error().message;
  EXPECT_TRUE(asked);
  EXPECT_TRUE(runs_at(source));
  EXPECT_TRUE(missing_at(target));
}

TEST_P(MigrationContract, ASecondMigrationOfTheSameDomainIsRefusedAsBusy) {
  const auto source = home(), target = away();
  std::optional<CallFault> second;
  const auto first = hypervisor().migrate(
      source, domain(), target,
      {.bandwidth_bytes_per_second = kMebibyte, .on_progress = [&](const MigrationProgress& progress) {
         if (!progress.memory_total_bytes) return Verdict::kGoOn;
         EXPECT_TRUE(hypervisor().look(source, domain())->job_active);
         const auto again = hypervisor().migrate(source, domain(), target, {});
         if (!again) second = again.error().fault;
         return Verdict::kCancel;
       }});
  EXPECT_FALSE(first);
  EXPECT_EQ(second, CallFault::kBusy);
  EXPECT_TRUE(runs_at(source));
}

TEST_P(MigrationContract, ADomainThatIsNotThereIsNotMigrated) {
  const auto missing = hypervisor().migrate(home(), "00000000-0000-0000-0000-000000000001", away(), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().fault, CallFault::kNotFound);
}

}  // namespace
}  // namespace hotspot::contract
