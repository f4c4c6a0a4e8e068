// Prints scalar values as Go's fmt does: texts, integers, floating-point and complex numbers, with a verb's flags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actuator/rules/template/format.h"
#include "actuator/rules/template/value.h"

namespace hotspot::rules::templates {

struct Flags {
  bool plus = false, minus = false, sharp = false, space = false, zero = false, named = false, quoted = false;
  std::optional<int> width, precision;
};

class ScalarPrinter {
 protected:
  ScalarPrinter() = default;
  ~ScalarPrinter() = default;

  // The verb is not valid for this value.
  virtual void bad(const Value& value) = 0;

  bool is_full() const { return text_.size() > kMaxText; }
  void add(std::string_view text);
  void pad(std::string_view text, char fill);
  void pad(std::string_view text) { pad(text, flags_.zero ? '0' : ' '); }

  void text(const Value& value, char verb);
  void integer(const Value& value, char verb);
  void complex(const Value& value, char verb);
  void number(const Value& value, double number, char verb);

  std::string text_;  // the output so far
  Flags flags_;

 private:
  std::string truncated(std::string_view text) const;
  void hex_text(std::string_view text, char verb);
  void digits(std::int64_t number, std::uint64_t base, std::string_view prefix, char verb);
  void unicode(std::uint64_t code);
  void float_digits(double number, char format, int precision);
  // '#': always with a decimal point, and for %g with trailing zeros.
  static std::string with_point(std::string made, char format, int precision);
};

}  // namespace hotspot::rules::templates
