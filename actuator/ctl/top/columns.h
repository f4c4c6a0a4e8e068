// The columns of `top`: what each shows, and how rows are sorted by it.
//
// PURE. A row is an entry of `domain list` or `node list`, with the additions of rows.h.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actuator/ctl/layout.h"
#include "telemetry/result.h"

namespace hotspot::ctl {

enum class TopOf { kDomains, kNodes };

struct TopColumn {
  std::string word;  // for --sort: "cpu"
  char key = 0;      // its key on the keyboard; one of the word's letters
  Column column;
  std::string (*cell)(const nlohmann::json& row) = nullptr;
  // A number or a text; null: not measured.
  nlohmann::json (*value)(const nlohmann::json& row) = nullptr;
};

// In order. The first is the hotspot mark, which has no word.
const std::vector<TopColumn>& top_columns(TopOf of);
std::vector<std::string> top_words(TopOf of);

struct TopOrder {
  std::string column = "cpu";  // a word
  bool reversed = false;
  bool operator==(const TopOrder&) const = default;
};

// "cpu", "-cpu"; an error lists the columns and the nearest word.
Result<TopOrder> top_order(const std::string& text, TopOf of);

// Numbers in descending, texts in ascending order, or reversed. Values that were not measured come last in both cases;
// equals are sorted by name.
void sort_rows(std::vector<nlohmann::json>& rows, TopOf of, const TopOrder& order);

}  // namespace hotspot::ctl
