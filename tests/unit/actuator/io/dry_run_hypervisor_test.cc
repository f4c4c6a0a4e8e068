#include "actuator/io/dry_run_hypervisor.h"

#include <gtest/gtest.h>

#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::io {
namespace {

using ports::CallFault;
using Reach = ports::Hypervisor::Reach;

TEST(DryRunHypervisor, LooksForRealAndChangesNothing) {
  fakes::FakeHypervisor real;
  ports::DomainFacts facts;
  facts.vcpus = 1;
  facts.vcpus_max = 4;
  facts.balloon_max_bytes = kGibibyte;
  real.add_domain("u1", "d1", facts);
  DryRunHypervisor dry(real);
  const ports::NodeAddress h1{"u1", "h1", "fake:///h1"}, h2{"u2", "h2", "fake:///h2"};

  dry.know_node(h1);
  EXPECT_EQ(real.known_nodes(), std::vector<std::string>{"u1"});
  dry.forget_node("u2");
  EXPECT_EQ(real.forgotten_nodes(), std::vector<std::string>{"u2"});
  EXPECT_EQ(dry.look(h1, "d1")->vcpus, 1);
  const auto vcpus = dry.apply(h1, "d1", model::SetVcpus{1, 2}, Reach::kNow);
  const auto balloon = dry.apply(h1, "d1", model::SetBalloon{kGibibyte, 512 * kMebibyte}, Reach::kNow);
  const auto capped = dry.apply(h1, "d1", model::SetCpuCap{50}, Reach::kNow);
  const auto defined = dry.apply(h1, "d1", model::SetVcpus{1, 2, true}, Reach::kNextStart);
  const auto migrated = dry.migrate(h1, "d1", h2, {});
  const auto cancelled = dry.cancel_job(h1, "d1");
  ASSERT_FALSE(vcpus || balloon || capped || defined || migrated || cancelled);
  EXPECT_EQ(vcpus.error().fault, CallFault::kDryRun);
  EXPECT_EQ(vcpus.error().message, "dry run: would have set the vCPUs to 2 of domain d1 on h1");
  EXPECT_EQ(balloon.error().message, "dry run: would have set the balloon to 512 MiB of domain d1 on h1");
  EXPECT_EQ(capped.error().message,
            "dry run: would have changed the tuning (CPU cap → 50 % of a CPU) of domain d1 on h1");
  EXPECT_EQ(defined.error().message, "dry run: would have changed the definition (vCPUs 1 → 2) of domain d1 on h1");
  EXPECT_EQ(migrated.error().message, "dry run: would have begun the live migration to h2 of domain d1 on h1");
  EXPECT_EQ(cancelled.error().fault, CallFault::kDryRun);
  EXPECT_EQ(real.calls(), std::vector<std::string>{"look h1 d1"});
}

}  // namespace
}  // namespace hotspot::io
