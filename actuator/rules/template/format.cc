#include "actuator/rules/template/format.h"

#include <algorithm>
#include <optional>

#include "actuator/rules/template/digits.h"
#include "actuator/rules/template/moment.h"
#include "actuator/rules/template/scalar_printer.h"
#include "common/text/ascii.h"
#include "common/text/characters.h"
#include "telemetry/utf8.h"

namespace hotspot::rules::templates {
namespace {

constexpr int kMaxWidth = 1'000'000;  // as in Go; a larger width is invalid
constexpr std::string_view kAddress = "0xc000000000";

enum class Pointers { kShown, kFollowed };

// One call of Sprint or Sprintf.
class Printer final : ScalarPrinter {
 public:
  std::string take() { return std::move(text_); }

  void values(std::span<const Value> values, Pointers pointers) {
    bool text_before = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool text_now = is_text(values[i]);
      if (i > 0 && !text_now && !text_before) add(" ");
      argument(values[i], 'v', pointers);
      text_before = text_now;
    }
  }

  void line(std::span<const Value> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) add(" ");
      argument(values[i], 'v', Pointers::kShown);
    }
    add("\n");
  }

  void format(std::string_view format, std::span<const Value> values) {
    format_ = format;
    values_ = values;
    at_ = next_ = 0;
    while (at_ < format_.size() && !is_full()) {
      const std::size_t percent = std::min(format_.find('%', at_), format_.size());
      add(format_.substr(at_, percent - at_));
      at_ = percent;
      if (at_ < format_.size() && !verb()) break;
    }
    extra();
  }

 private:
  // The verb from its '%' on. False: the format ends in it.
  bool verb() {
    ++at_;
    flags_ = {};
    good_index_ = true;
    after_index_ = false;
    read_flags();
    argument_index();
    read_width();
    read_precision();
    if (!after_index_) argument_index();
    if (at_ >= format_.size()) {
      add("%!(NOVERB)");
      return false;
    }
    const text::Character letter = text::first_character(format_.substr(at_));
    const std::string name = letter.valid ? std::string(format_.substr(at_, letter.bytes)) : telemetry::utf8_of(0xfffd);
    at_ += letter.bytes;
    apply(name);
    return true;
  }

  void apply(const std::string& name) {
    if (name == "%") return add("%");
    if (!good_index_) return add("%!" + name + "(BADINDEX)");
    if (next_ >= values_.size()) return add("%!" + name + "(MISSING)");
    const char letter = name.size() == 1 ? name[0] : '\0';
    if (letter == 'v') {
      flags_.quoted = flags_.sharp;
      flags_.sharp = false;
      flags_.named = flags_.plus;
      flags_.plus = false;
    }
    name_ = name;
    argument(values_[next_++], letter, Pointers::kShown);
  }

  void read_flags() {
    for (; at_ < format_.size(); ++at_) {
      const char c = format_[at_];
      if (c == '#')
        flags_.sharp = true;
      else if (c == '0')
        flags_.zero = !flags_.minus;
      else if (c == '+')
        flags_.plus = true;
      else if (c == ' ')
        flags_.space = true;
      else if (c == '-')
        flags_.minus = true, flags_.zero = false;
      else
        return;
    }
  }

  std::optional<int> read_count() {
    std::optional<int> value;
    for (; at_ < format_.size() && text::is_digit(format_[at_]); ++at_) {
      if (value.value_or(0) > kMaxWidth) return at_ = format_.size(), std::nullopt;
      value = value.value_or(0) * 10 + (format_[at_] - '0');
    }
    return value;
  }

  // "[2]": selects the next argument.
  void argument_index() {
    after_index_ = false;
    if (at_ >= format_.size() || format_[at_] != '[') return;
    reordered_ = true;
    const std::size_t close = format_.find(']', at_);
    if (close == std::string_view::npos) {
      good_index_ = false;
      ++at_;
      return;
    }
    ++at_;
    const auto index = read_count();
    const bool good = index && at_ == close && *index >= 1 && static_cast<std::size_t>(*index) <= values_.size();
    at_ = close + 1;
    if (good)
      next_ = static_cast<std::size_t>(*index) - 1;
    else
      good_index_ = false;
    after_index_ = good;
  }

  // "*": the value comes from an argument.
  std::optional<int> from_argument() {
    ++at_;
    if (next_ >= values_.size()) return std::nullopt;
    const Value& value = values_[next_++];
    if (!is_integer(value) || value.integer() > kMaxWidth || value.integer() < -kMaxWidth) return std::nullopt;
    return static_cast<int>(value.integer());
  }

  void read_width() {
    if (at_ < format_.size() && format_[at_] == '*') {
      flags_.width = from_argument();
      if (!flags_.width) add("%!(BADWIDTH)");
      if (flags_.width.value_or(0) < 0) {
        flags_.width = -*flags_.width;
        flags_.minus = true;
        flags_.zero = false;
      }
      after_index_ = false;
      return;
    }
    flags_.width = read_count();
    if (after_index_ && flags_.width) good_index_ = false;
  }

  void read_precision() {
    if (at_ + 1 >= format_.size() || format_[at_] != '.') return;
    ++at_;
    if (after_index_) good_index_ = false;
    argument_index();
    if (at_ < format_.size() && format_[at_] == '*') {
      flags_.precision = from_argument();
      if (flags_.precision.value_or(0) < 0) flags_.precision.reset();
      if (!flags_.precision) add("%!(BADPREC)");
      after_index_ = false;
      return;
    }
    flags_.precision = read_count().value_or(0);
  }

  void extra() {
    if (reordered_ || next_ >= values_.size()) return;
    flags_ = {};
    add("%!(EXTRA ");
    for (std::size_t i = next_; i < values_.size(); ++i) {
      if (i > next_) add(", ");
      if (values_[i].is(Type::kNone)) {
        add("<nil>");
        continue;
      }
      add(type_name(values_[i]) + "=");
      argument(values_[i], 'v', Pointers::kShown);
    }
    add(")");
  }

  void argument(const Value& value, char verb, Pointers pointers) {
    if (is_full()) return;
    if (verb == 'T') return pad(type_name(value));
    if (value.is(Type::kNone)) return verb == 'v' ? pad("<nil>") : bad(value);
    if (value.is(Type::kSample)) return sample(value, verb, pointers);
    any(value, verb);
  }

  void bad(const Value& value) override {
    add("%!" + name_ + "(");
    if (value.is(Type::kNone)) {
      add("<nil>");
    } else {
      add(type_name(value) + "=");
      const std::string name = name_;
      argument(value, 'v', Pointers::kShown);
      name_ = name;
    }
    add(")");
  }

  static std::optional<std::string> own_text(const Value& value) {
    switch (value.type) {
      case Type::kTime:
      case Type::kTimeOf:
        return moment_text(value.integer());
      case Type::kDuration:
        return duration_words(value.integer());
      case Type::kMonth:
        return std::string(month_name(value.integer()));
      case Type::kWeekday:
        return std::string(weekday_name(value.integer()));
      default:
        return std::nullopt;
    }
  }

  void any(const Value& value, char verb) {
    if (is_full()) return;
    const bool takes_text = std::string_view("vsxXq").find(verb) != std::string_view::npos && verb != '\0';
    if (const auto own = takes_text && !flags_.quoted ? own_text(value) : std::nullopt)
      return text(of_text(*own), verb);
    if (is_integer(value)) return integer(value, verb);
    if (is_text(value)) return text(value, verb);
    switch (value.type) {
      case Type::kBool:
        return verb == 't' || verb == 'v' ? pad(value.truth() ? "true" : "false") : bad(value);
      case Type::kFloat:
        return number(value, value.number(), verb);
      case Type::kComplex:
        return complex(value, verb);
      case Type::kTextMap:
        return map(value.texts(), verb, "map[string]string", [](const std::string& text) { return of_text(text); });
      case Type::kValueMap:
        return map(value.values(), verb, "map[string]interface {}", [](const Value& one) { return one; });
      case Type::kSamples:
        return samples(value.samples());
      case Type::kData:
        return data(value.data(), verb);
      default:
        return bad(value);
    }
  }

  // A value within another.
  void inner(const Value& value, char verb) {
    if (value.is(Type::kNone)) return pad("<nil>");
    if (value.is(Type::kSample)) return pad(kAddress);
    any(value, verb);
  }

  template <typename Map, typename Make>
  void map(const Map& map, char verb, std::string_view type, Make make) {
    add(flags_.quoted ? std::string(type) + "{" : "map[");
    bool first = true;
    for (const auto& [key, value] : map) {
      if (is_full()) break;
      if (!first) add(flags_.quoted ? ", " : " ");
      first = false;
      inner(of_text(key), verb);
      add(":");
      inner(make(value), verb);
    }
    add(flags_.quoted ? "}" : "]");
  }

  void samples(const SampleList& samples) {
    add("[");
    for (std::size_t i = 0; i < samples.size() && !is_full(); ++i) {
      if (i > 0) add(" ");
      add(kAddress);
    }
    add("]");
  }

  void field(const char* name, const Value& value, char verb) {
    if (flags_.named) add(std::string(name) + ":");
    inner(value, verb);
  }

  void sample(const Value& value, char verb, Pointers pointers) {
    const Sample* sample = value.sample();
    if (sample == nullptr) return pad("<nil>");
    add(pointers == Pointers::kFollowed ? "{" : "&{");
    field("Labels", {Type::kTextMap, std::make_shared<const TextMap>(sample->labels)}, verb);
    add(" ");
    field("Value", of_number(sample->value), verb);
    add("}");
  }

  void data(const Data& data, char verb) {
    add("{");
    field("Labels", {Type::kTextMap, data.labels}, verb);
    add(" ");
    field("ExternalLabels", {Type::kTextMap, data.external_labels}, verb);
    add(" ");
    field("ExternalURL", of_text(data.external_url), verb);
    add(" ");
    field("Value", of_number(data.value), verb);
    add("}");
  }

  std::string name_ = "v";
  std::string_view format_;
  std::span<const Value> values_;
  std::size_t at_ = 0, next_ = 0;
  bool good_index_ = true, after_index_ = false, reordered_ = false;
};

}  // namespace

std::string print(std::span<const Value> values) {
  Printer printer;
  printer.values(values, Pointers::kShown);
  return printer.take();
}

std::string print_line(std::span<const Value> values) {
  Printer printer;
  printer.line(values);
  return printer.take();
}

std::string print_format(std::string_view format, std::span<const Value> values) {
  Printer printer;
  printer.format(format, values);
  return printer.take();
}

std::string shown(const Value& value) { return print({&value, 1}); }

std::string printed(const Value& value) {
  if (value.is(Type::kNone)) return "<no value>";
  Printer printer;
  printer.values({&value, 1}, Pointers::kFollowed);
  return printer.take();
}

}  // namespace hotspot::rules::templates
