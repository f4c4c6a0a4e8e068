// The fast path gives the values of evaluate(), whatever is in the store.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "actuator/rules/evaluate/dense.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"

namespace hotspot::rules {
namespace {

constexpr std::int64_t kEnd = 1'763'700'000'000;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }
  double value() {
    switch (below(30)) {
      case 0:
        return std::nan("");
      case 1:
        return HUGE_VAL;
      case 2:
        return -HUGE_VAL;
      case 3:
        return stale_marker();
      case 4:
        return no_sample();
      case 5:
        return 0.5;
      default:
        return std::uniform_real_distribution<double>(-1, 2)(engine_);
    }
  }
  template <typename T>
  const T& of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

 private:
  std::mt19937 engine_;
};

// Nodes with their domains, some samples odd, some frames missing, some metrics not everywhere.
Store random_store(Random& random) {
  Store store;
  const bool tame = random.below(2) == 0;
  for (int node = 0; node < 6; ++node) {
    const std::string name = "h" + std::to_string(node);
    Table& domains = store.node_table(name, Table::Kind::kDomains);
    Table& nodes = store.node_table(name, Table::Kind::kNodes);
    const int count = random.below(14);
    for (int step = 40; step >= 0; --step) {
      if (random.below(8) == 0) continue;
      const std::int64_t time = kEnd - step * 10'000 + random.below(500) - 500;
      const std::size_t frame = domains.frame(time, stale_marker())->index;
      for (const char* metric : {"domain_cpu_ratio", "domain_vcpus"}) {
        if (node == 3 && metric[7] == 'v') continue;
        const std::uint32_t column = store.column(domains, metric);
        for (int domain = 0; domain < count; ++domain) {
          const auto labels =
              std::make_shared<const Labels>(Labels{{"domain", name + "-" + std::to_string(domain)}, {"node", name}});
          const std::uint32_t row = domains.row(labels);
          domains.set(frame, column, row, tame ? std::fabs(std::sin(step * domain + node)) : random.value());
        }
      }
      if (node == 4) continue;
      const std::uint32_t row = nodes.row(std::make_shared<const Labels>(Labels{{"node", name}}));
      nodes.set(nodes.frame(time, stale_marker())->index, store.column(nodes, "node_cpu_ratio"), row, random.value());
    }
  }
  return store;
}

class Expressions {
 public:
  explicit Expressions(Random& random) : random_(random) {}
  std::string domains(int depth) {
    if (depth == 0) return selector();
    switch (random_.below(8)) {
      case 0:
        return "(" + domains(depth - 1) + random_.of(kOperators) + number() + ")";
      case 1:
        return "(" + number() + random_.of(kOperators) + domains(depth - 1) + ")";
      case 2:
        return "(" + domains(depth - 1) + random_.of(kOperators) + domains(depth - 1) + ")";
      case 3:
        return "(" + domains(depth - 1) + random_.of(kSets) + domains(depth - 1) + ")";
      case 4:
        return "(" + domains(depth - 1) + random_.of(kNodeSets) + nodes(depth - 1) + ")";
      case 5:
        return random_.of(kOverRange) + selector() + random_.of(kRanges) + ")";
      case 6:
        return "(" + domains(depth - 1) + random_.of(kManyToOne) + nodes(depth - 1) + ")";
      default:
        return "-abs(" + domains(depth - 1) + ")";
    }
  }

 private:
  std::string nodes(int depth) {
    if (depth == 0 || random_.below(3) == 0) return "node_cpu_ratio";
    if (random_.below(2) == 0) return random_.of(kByNode) + "(" + domains(depth - 1) + ")";
    return "(" + nodes(depth - 1) + random_.of(kOperators) + nodes(depth - 1) + ")";
  }
  std::string selector() {
    return random_.of(std::vector<std::string>{"domain_cpu_ratio", "domain_vcpus", "domain_cpu_ratio{node=~\"h[0-3]\"}",
                                               "domain_vcpus{domain!~\".*-1\"}"});
  }
  std::string number() { return random_.of(std::vector<std::string>{"0.5", "1", "-2", "0", "NaN", "Inf"}); }

  const std::vector<std::string> kOperators{" + ", " - ",  " * ",  " / ",  " % ",      " ^ ",
                                            " > ", " <= ", " == ", " != ", " > bool ", " atan2 "};
  const std::vector<std::string> kSets{" and ", " or ", " unless ", " and on(domain, node) "};
  const std::vector<std::string> kNodeSets{" and on(node) ", " unless on(node) ", " and ignoring(domain) "};
  const std::vector<std::string> kManyToOne{" * on(node) group_left() ", " > on(node) group_left() ",
                                            " <= bool on(node) group_left() "};
  const std::vector<std::string> kOverRange{"avg_over_time(",
                                            "sum_over_time(",
                                            "min_over_time(",
                                            "max_over_time(",
                                            "quantile_over_time(0.9, ",
                                            "quantile_over_time(0.1, ",
                                            "quantile_over_time(0.5, ",
                                            "quantile_over_time(1, ",
                                            "deriv(",
                                            "count_over_time(",
                                            "stddev_over_time(",
                                            "last_over_time(",
                                            "rate("};
  const std::vector<std::string> kRanges{"[5m]", "[1m]", "[15s]", "[5m] offset 30s", "[2m]"};
  const std::vector<std::string> kByNode{"sum by (node) ", "avg by (node) ", "count without (domain) ",
                                         "max by (node) ", "min by (node) ", "group by (node) "};
  Random& random_;
};

std::map<std::string, double> by_labels(const Vector& values) {
  std::map<std::string, double> all;
  for (const Element& element : values) all[element.labels.without_name().describe()] = element.value;
  return all;
}

std::map<std::string, double> by_labels(const DenseVector& values, const std::vector<DenseRow>& rows) {
  std::map<std::string, double> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values.present[i] != 0) all[LabelSet(nullptr, *rows[i].labels).describe()] = values.values[i];
  }
  return all;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) < 1e-12; }

TEST(FastPath, GivesTheValuesOfTheGeneralOne) {
  int fast = 0, values = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    Random random(seed);
    Store store = random_store(random);
    Dense dense(store);
    dense.begin();
    for (int i = 0; i < 40; ++i) {
      const std::string text = Expressions(random).domains(random.below(4));
      ParsedExpression parsed = parse_expression(text);
      ASSERT_TRUE(parsed.expression) << text << ": " << parsed.problems.front().message;
      check_expression(*parsed.expression, parsed.problems, {.any_name = true, .recorded = {}});
      const WallTime now = from_unix_ms(kEnd + random.below(60'000));
      const auto general = evaluate(*parsed.expression, store, now);
      dense.begin();
      dense.forget();
      const DenseVector* found = dense.evaluate(*parsed.expression, now, {});
      if (found == nullptr) continue;
      ASSERT_TRUE(general.ok()) << text << ": " << general.error().message;
      ++fast;
      const auto ours = by_labels(*found, dense.rows(found->space)), theirs = by_labels(general->vector);
      values += static_cast<int>(theirs.size());
      ASSERT_EQ(ours.size(), theirs.size()) << text << " with seed " << seed;
      for (const auto& [labels, value] : theirs) {
        const auto place = ours.find(labels);
        ASSERT_TRUE(place != ours.end()) << text << " " << labels << " with seed " << seed;
        ASSERT_TRUE(same(place->second, value))
            << text << " " << labels << ": " << place->second << " and " << value << " with seed " << seed;
      }
    }
  }
  EXPECT_GT(fast, 1000) << "the generator makes expressions that do not go fast";
  EXPECT_GT(values, 10'000);
}

TEST(FastPath, TakesTheRulesOfTheBench) {
  Random random(1);
  Store store = random_store(random);
  Dense dense(store);
  for (const char* text :
       {"domain_cpu_ratio > 0.9", "avg_over_time(domain_cpu_ratio[5m]) > 0.9",
        "predict_linear(domain_cpu_ratio[5m], 600) > 0.95", "1 / ((1 - domain_cpu_ratio) * (1 - domain_vcpus))",
        "quantile_over_time(0.9, domain_cpu_ratio[5m]) > 0.95",
        "domain_vcpus > 0.2 and on(node) node_cpu_ratio > 0.8"}) {
    ParsedExpression parsed = parse_expression(text);
    check_expression(*parsed.expression, parsed.problems, {.any_name = true, .recorded = {}});
    dense.begin();
    EXPECT_NE(dense.evaluate(*parsed.expression, from_unix_ms(kEnd), {}), nullptr) << text;
  }
}

}  // namespace
}  // namespace hotspot::rules
