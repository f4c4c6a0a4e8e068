#include <gtest/gtest.h>

#include <algorithm>

#include "actuator/ctl/screen.h"
#include "actuator/ctl/top/frame.h"
#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr double kNow = 1'800'000'000;

Json domain(const std::string& name, const Json& cpu) {
  return {{"name", name}, {"uuid", "uuid-of-" + name}, {"node", "h1"}, {"cpu_ratio", cpu}, {"stale", false}};
}

std::string names(const std::vector<Json>& rows) {
  std::string text;
  for (const Json& row : rows) text += (text.empty() ? "" : " ") + row.at("name").get<std::string>();
  return text;
}

std::string sorted(std::vector<Json> rows, const std::string& by) {
  sort_rows(rows, TopOf::kDomains, *top_order(by, TopOf::kDomains));
  return names(rows);
}

record::Status status_of(const Json& firings, const Json& in_flight) {
  return record::status_from_json(Json({{"firings", firings}, {"in_flight", in_flight}}).dump()).value();
}

Json firing(const std::string& phase) {
  return {{"rule", "Hot"},
          {"phase", phase},
          {"subject", "domain"},
          {"labels", {{"domain", "web"}, {"node", "h1"}}},
          {"held", "2 of 5"},
          {"fresh", true},
          {"pending_since", kNow - 240}};
}

std::string decided_text_of(const Json& decision) {
  return decided_text(record::decision_from_json(decision.dump()).value());
}

std::string doing(const Json& firings, const Json& in_flight, const Decided& decided) {
  std::vector<Json> rows{domain("web", 0.5)};
  add_hotspots(rows, TopOf::kDomains, {status_of(firings, in_flight), decided, kNow});
  return rows[0].at("doing");
}

// The screen of 80 columns, and whatever it was afterwards.
class TopFrame : public ::testing::Test {
 protected:
  void SetUp() override { screen() = {.width = 80, .error_width = 80, .coloured = false, .heads = true}; }
  void TearDown() override { screen() = {}; }

  TopContent content(std::vector<Json> rows) const {
    add_hotspots(rows, TopOf::kDomains, {status_of(Json::array({firing("firing")}), Json::array()), {}, kNow});
    return {.at = kNow, .cluster = "rig", .of = TopOf::kDomains, .rows = std::move(rows), .summary = "2 nodes"};
  }
};

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    all.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return all;
}

TEST(TopColumns, NumbersComeFromTheLargestAndNamesFromA) {
  const std::vector<Json> rows{domain("b", 0.1), domain("c", 0.9), domain("a", 0.5)};
  EXPECT_EQ(sorted(rows, "cpu"), "c a b");
  EXPECT_EQ(sorted(rows, "-CPU"), "b a c");
  EXPECT_EQ(sorted(rows, "domain"), "a b c");
  EXPECT_EQ(sorted(rows, "-domain"), "c b a");
}

TEST(TopColumns, WhatWasNotMeasuredComesLastBothWays) {
  const std::vector<Json> rows{domain("silent", nullptr), domain("idle", 0), domain("busy", 1)};
  EXPECT_EQ(sorted(rows, "cpu"), "busy idle silent");
  EXPECT_EQ(sorted(rows, "-cpu"), "idle busy silent");
}

TEST(TopColumns, AmongEqualsTheNameDecides) {
  EXPECT_EQ(sorted({domain("b", 0.5), domain("a", 0.5), domain("c", 0.5)}, "cpu"), "a b c");
}

TEST(TopColumns, AWrongColumnIsAnsweredWithThoseThereAre) {
  const auto wrong = top_order("ballon", TopOf::kDomains);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message,
            "'ballon' is none of domain, node, cpu, steal, vcpus, mem, balloon, disk, net or hotspot; did you mean "
            "'balloon'?");
  EXPECT_FALSE(top_order("balloon", TopOf::kNodes)) << "nodes have none";
  EXPECT_FALSE(top_order("", TopOf::kNodes));
}

TEST(TopColumns, EachHasAKeyOfItsOwnThatItsWordShows) {
  for (const TopOf of : {TopOf::kDomains, TopOf::kNodes}) {
    std::string keys;
    for (const TopColumn& one : top_columns(of)) {
      if (one.word.empty()) continue;
      EXPECT_NE(one.word.find(one.key), std::string::npos) << one.word;
      EXPECT_EQ(keys.find(one.key), std::string::npos) << one.word;
      keys += one.key;
    }
    EXPECT_EQ(keys.find_first_of("qrjk"), std::string::npos) << "those move and end it";
  }
}

TEST(TopRows, SayWhatIsDoneAboutAHotspot) {
  const Json fires = Json::array({firing("firing")});
  const Json moving =
      Json::array({{{"domain_uuid", "uuid-of-web"}, {"rule", "Hot"}, {"step", "migrate to h2"}, {"state", "started"}}});
  const Decided decided{{{"Hot", "domain web on h1"}, "nothing: every target is full"}};
  EXPECT_EQ(doing(fires, Json::array(), {}), "Hot for 4 min");
  EXPECT_EQ(doing(fires, Json::array(), decided), "Hot for 4 min: nothing: every target is full");
  EXPECT_EQ(doing(fires, moving, decided), "Hot for 4 min: migrate to h2 (started)") << "under way counts more";
  EXPECT_EQ(doing(Json::array({firing("pending")}), Json::array(), decided), "Hot for 4 min: pending, held 2 of 5");
  EXPECT_EQ(doing(Json::array(), moving, decided), "") << "nothing fires";
}

TEST(TopRows, AFiringOfAnotherShapeIsFoundWhenItIsRead) {
  Json strange = firing("firing");
  strange["phase"] = 5;
  const auto read = record::status_from_json(Json({{"firings", {strange}}}).dump());
  ASSERT_FALSE(read) << "it would end in a cell";
  EXPECT_EQ(read.error().message, "the status: firings.0.phase is not a text");
}

TEST(TopRows, ADecisionIsSaidInShort) {
  EXPECT_EQ(decided_text_of({{"outcome", "nothing"}, {"sentence", "Hot on web; nothing is done, because it is held"}}),
            "nothing: it is held");
  EXPECT_EQ(decided_text_of(
                {{"outcome", "recommend"}, {"subject", "domain web on h1"}, {"action", {{"step", "migrate to h2"}}}}),
            "recommended: migrate to h2");
  EXPECT_EQ(
      decided_text_of(
          {{"outcome", "act"}, {"subject", "node h1"}, {"action", {{"step", "migrate to h2"}, {"domain", "web"}}}}),
      "web: migrate to h2");
}

TEST(TopRows, AFiringOfAnotherNodesDomainOfThatNameIsNotItsOwn) {
  std::vector<Json> rows{domain("web", 0.5)};
  rows[0]["node"] = "h2";
  add_hotspots(rows, TopOf::kDomains, {status_of(Json::array({firing("firing")}), Json::array()), {}, kNow});
  EXPECT_TRUE(rows[0].at("firings").empty());
}

TEST_F(TopFrame, FillsTheHeightAndNoLineIsWiderThanTheScreen) {
  std::vector<Json> rows{domain("web", 0.93)};
  for (int i = 0; i < 50; ++i) rows.push_back(domain(std::string(200, 'x') + "\x1b[31m" + std::to_string(i), 0.1));
  for (const std::size_t height : {1u, 2u, 3u, 10u, 24u, 200u}) {
    const auto all = lines(top_frame(content(rows), {}, {}, height));
    EXPECT_EQ(all.size(), height);
    for (const std::string& one : all) {
      EXPECT_LE(text::columns_of(one), 80u) << one;
      EXPECT_EQ(one.find('\x1b'), std::string::npos) << one;
    }
  }
}

TEST_F(TopFrame, AHotspotIsMarkedAndSaysBelowWhatIsDone) {
  const std::string text = top_frame(content({domain("web", 0.93), domain("db", 0.1)}), {}, {}, 10);
  EXPECT_NE(text.find("\n!  web"), std::string::npos) << text;
  EXPECT_NE(text.find("Hot for 4 min\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n   db"), std::string::npos) << text;
}

TEST_F(TopFrame, WhatCannotBeReadLeavesTheTableAndSaysSinceWhen) {
  const std::string text = top_frame(content({domain("web", 0.93)}), {}, {.since = kNow, .message = "refused"}, 10);
  EXPECT_NE(text.find(" nothing can be read: refused\n"), std::string::npos) << text;
  EXPECT_NE(text.find("web"), std::string::npos) << text;
}

TEST_F(TopFrame, TheColumnThatItIsSortedByStaysWhenOthersGiveWay) {
  std::vector<Json> rows{domain(std::string(60, 'w'), 0.9)};
  rows[0]["net_bytes_per_second"] = 2048.0;
  rows[0]["node"] = std::string(60, 'n');
  EXPECT_EQ(top_frame(content(rows), {}, {}, 10).find("NET"), std::string::npos);
  EXPECT_NE(top_frame(content(rows), {.of = {}, .order = {"net", false}}, {}, 10).find("2 KiB/s"), std::string::npos);
}

TEST_F(TopFrame, WithoutHeadsThereIsTheTableAlone) {
  screen().heads = false;
  EXPECT_EQ(lines(top_frame(content({domain("web", 0.93)}), {}, {}, 10)).front().substr(0, 6), "!  web");
}

TEST(TopKeys, AreToldApart) {
  EXPECT_EQ(keys_in("c\x1b[A\x1b[6~q\x1bOBj"),
            (std::vector<std::string>{"c", "\x1b[A", "\x1b[6~", "q", "\x1bOB", "j"}));
  EXPECT_EQ(keys_in("\x1b["), std::vector<std::string>{"\x1b["}) << "the rest did not come";
  EXPECT_EQ(keys_in(""), std::vector<std::string>{});
}

TEST(TopKeys, AColumnsKeySortsByItAndTheSameAgainTurnsItRound) {
  TopView view;
  EXPECT_EQ(press("m", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order, (TopOrder{"mem", false}));
  EXPECT_EQ(press("m", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order, (TopOrder{"mem", true}));
  EXPECT_EQ(press("r", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order, (TopOrder{"mem", false}));
  EXPECT_EQ(press(">", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order.column, "balloon");
  EXPECT_EQ(press("<", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(press("<", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order.column, "vcpus");
  EXPECT_EQ(press("z", view, 9, 24), TopKey::kNothing);
}

TEST(TopKeys, AColumnsKeyMayBeTypedAsTheLastLineHasIt) {
  TopView view;
  EXPECT_EQ(press("B", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order, (TopOrder{"balloon", false}));
  EXPECT_EQ(press("b", view, 9, 24), TopKey::kChanged);
  EXPECT_EQ(view.order, (TopOrder{"balloon", true}));
}

TEST(TopKeys, TheRowsMoveWithinTheTable) {
  TopView view;
  press("\x1b[A", view, 9, 24);
  EXPECT_EQ(view.first, 0u);
  press("\x1b[B", view, 9, 24);
  EXPECT_EQ(view.first, 1u);
  press(" ", view, 9, 24);
  EXPECT_EQ(view.first, 8u) << "the last row stays";
  press("\x1b[H", view, 9, 24);
  EXPECT_EQ(view.first, 0u);
  press("j", view, 0, 24);
  EXPECT_EQ(view.first, 0u) << "an empty table";
}

TEST(TopKeys, TabShowsTheOtherKindAndQEnds) {
  TopView view{.of = TopOf::kDomains, .order = {"balloon", true}, .first = 3};
  EXPECT_EQ(press("\t", view, 9, 24), TopKey::kOther);
  EXPECT_EQ(view.of, TopOf::kNodes);
  EXPECT_EQ(view.order, TopOrder());
  EXPECT_EQ(press("q", view, 9, 24), TopKey::kEnd);
}

}  // namespace
}  // namespace hotspot::ctl
