// What every History promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/contract/ports/history_body.h"

namespace hotspot::contract {
namespace {

using model::HistorySample;
using model::HistorySeries;

WallTime row_end(int row) { return kFirstRow + kRow * (row + 1); }

std::vector<HistorySample> samples(const std::vector<double>& values) {
  std::vector<HistorySample> result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) result.push_back({row_end(static_cast<int>(i)), values[i]});
  }
  return result;
}

std::string text(const ports::HistoryContent& content) {
  std::string result;
  for (const HistorySeries& one : content.series) {
    result += one.name + " node=" + one.node + " domain=" + one.domain + " device=" + one.device +
              " vcpu=" + std::to_string(one.vcpu) + " step=" + std::to_string(one.step.count()) + ":";
    for (const HistorySample& sample : one.samples) {
      result += " " + std::to_string((sample.time - kFirstRow) / kRow) + "=" + std::to_string(sample.value);
    }
    result += "\n";
  }
  for (const std::string& problem : content.problems) result += "problem: " + problem + "\n";
  return result;
}

class HistoryContract : public ::testing::TestWithParam<HistoryMaker> {
 protected:
  // Per cent of a node's CPU, in rows.
  void store_node_cpu(const std::string& node, const std::vector<double>& percent) {
    Stored stored{node, "hotspot", "percent-cpu", {"value"}, {}, false, {}};
    std::vector<double> ratios;
    for (const double value : percent) {
      stored.rows.push_back({value});
      ratios.push_back(value / 100);
    }
    stored.series = {{"node_cpu_ratio", node, "", -1, "", kRow, samples(ratios)}};
    body_->store(stored);
  }

  std::string read(ports::HistoryQuery query) {
    if (query.to == WallTime{}) query.from = kFirstRow, query.to = row_end(4);
    const auto content = body_->history().read(query);
    return content ? text(*content) : "error: " + content.error().message;
  }

  std::unique_ptr<HistoryBody> body_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, HistoryContract, ::testing::ValuesIn(kHistories),
                         [](const auto& body) { return body.param.name; });

TEST_P(HistoryContract, GivesBackWhatWasStoredInBaseUnitsAndLeavesOutWhatIsUnknown) {
  store_node_cpu("h1", {50, 60, std::nan(""), 70, 80});
  EXPECT_EQ(read({}),
            "node_cpu_ratio node=h1 domain= device= vcpu=-1 step=10000: 1=0.500000 2=0.600000 4=0.700000 5=0.800000\n");
}

TEST_P(HistoryContract, TurnsCountersIntoRatesByDevice) {
  store_node_cpu("h1", {50, 50, 50, 50, 50});
  Stored stored{"vm1", "virt", "disk_octets-vda", {"read", "write"}, {}, true, {}};
  for (int i = 0; i < 5; ++i) stored.rows.push_back({i * 1000.0, i * 20.0});
  const double none = std::nan("");
  stored.series = {
      {"domain_block_read_bytes_per_second", "h1", "vm1", -1, "vda", kRow, samples({none, 100, 100, 100, 100})},
      {"domain_block_write_bytes_per_second", "h1", "vm1", -1, "vda", kRow, samples({none, 2, 2, 2, 2})}};
  body_->store(stored);
  EXPECT_EQ(read({}).substr(read({}).find('\n') + 1),
            "domain_block_read_bytes_per_second node=h1 domain=vm1 device=vda vcpu=-1 step=10000: 2=100.000000 "
            "3=100.000000 4=100.000000 5=100.000000\n"
            "domain_block_write_bytes_per_second node=h1 domain=vm1 device=vda vcpu=-1 step=10000: 2=2.000000 "
            "3=2.000000 4=2.000000 5=2.000000\n");
}

TEST_P(HistoryContract, GivesOnlyTheTimeThatWasAskedFor) {
  store_node_cpu("h1", {10, 20, 30, 40, 50});
  EXPECT_EQ(read({.from = row_end(1), .to = row_end(3)}),
            "node_cpu_ratio node=h1 domain= device= vcpu=-1 step=10000: 3=0.300000 4=0.400000\n");
}

TEST_P(HistoryContract, GivesOnlyTheNodesThatWereAskedFor) {
  store_node_cpu("h1", {10, 10, 10, 10, 10});
  store_node_cpu("h2", {20, 20, 20, 20, 20});
  EXPECT_EQ(read({.from = row_end(3), .to = row_end(4), .nodes = {"h2"}}),
            "node_cpu_ratio node=h2 domain= device= vcpu=-1 step=10000: 5=0.200000\n");
}

TEST_P(HistoryContract, NoHistoryIsNoError) { EXPECT_EQ(read({}), ""); }

}  // namespace
}  // namespace hotspot::contract
