#include "actuator/ctl/action_record.h"

#include <gmock/gmock.h>

namespace hotspot::ctl {
namespace {

using model::ActionState;

std::string record(const model::Step& step, ActionState state = ActionState::kDone) {
  ports::JournalEntry entry;
  entry.action.node_name = "h1";
  entry.action.step = step;
  entry.state = state;
  return value_text(before(entry.action)) + " ▶ " + value_text(after(entry, {}));
}

TEST(ActionRecord, TellsBeforeAndAfterOfEachKindOfStep) {
  constexpr std::int64_t kMiB = 1 << 20;
  model::MigrateTo move;
  move.target_name = "h2";
  model::SetDiskLimit disk;
  disk.to.read_bytes_per_second = 50 * kMiB;
  EXPECT_EQ(record(model::SetVcpus{1, 2, false}), "1 vCPU ▶ 2 vCPUs");
  EXPECT_EQ(record(model::SetBalloon{128 * kMiB, 256 * kMiB, false}), "128 MiB ▶ 256 MiB");
  EXPECT_EQ(record(move), "on h1 ▶ on h2");
  EXPECT_EQ(record(model::SetCpuCap{50}), "not known ▶ CPU cap 50 %");
  EXPECT_EQ(record(model::SetCpuShares{512}), "not known ▶ CPU shares 512");
  EXPECT_EQ(record(disk), "not known ▶ disk limit 50 MiB/s read");
  EXPECT_EQ(record(model::SetNetworkLimit{}), "not known ▶ network limit none");
  EXPECT_EQ(record(model::SetVirtioMem{"virtiomem0", 0, 64 * kMiB, false}),
            "0 B plugged in by virtio-mem ▶ 64 MiB plugged in by virtio-mem");
  EXPECT_EQ(record(model::PlugDimm{0, 128 * kMiB, false}), "0 B of DIMMs ▶ 128 MiB of DIMMs");
}

TEST(ActionRecord, KnowsWhatIsAfterOnlyWhereThatIsSure) {
  EXPECT_EQ(record(model::SetVcpus{1, 2, false}, ActionState::kSkipped), "1 vCPU ▶ 1 vCPU");
  EXPECT_EQ(record(model::SetVcpus{1, 2, false}, ActionState::kFailed), "1 vCPU ▶ not known");
  EXPECT_EQ(record(model::MigrateTo{}, ActionState::kAborted), "on h1 ▶ on h1");
  EXPECT_EQ(record(model::SetCpuCap{50}, ActionState::kSkipped), "not known ▶ not known");
}

}  // namespace
}  // namespace hotspot::ctl
