#!/usr/bin/env python3
"""What signatures.py finds in C++ sources, and what it takes for no function.

Run alone: tests/house/signatures_test.py [-v]
"""
import unittest

from signatures import functions


def found(text):
    return [(one.name, one.parameters, one.lines) for one in functions(text)]


class Signatures(unittest.TestCase):
    def test_declarations_have_their_parameters(self):
        self.assertEqual(found("""
namespace a::b {
int plain();
std::map<std::string, int> sum(const std::map<int, std::vector<int>>& of, std::function<void(int, bool)> then = {});
template <typename T, int kSize>
bool is_any(const T (&values)[kSize], bool strict = true);
}
"""), [("plain", [], 0),
       ("sum", ["const std::map<int, std::vector<int>>& of", "std::function<void(int, bool)> then = {}"], 0),
       ("is_any", ["const T (&values)[kSize]", "bool strict = true"], 0)])

    def test_a_class_has_its_constructors_methods_and_operators(self):
        self.assertEqual(found("""
class Box final : public Base<int> {
 public:
  explicit Box(int size) : size_(size), more_{1, 2} {}
  ~Box() override;
  bool operator==(const Box&) const = default;
  bool operator()(int a, int b) const noexcept { return a < b; }

 private:
  struct Part {
    int value = 0;
    void set(bool on);
  };
  std::function<bool(int, int)> order_;
  std::atomic<bool> done_{false};
  int size_ = count(1, 2);
};
"""), [("Box", ["int size"], 1), ("~Box", [], 0), ("operator_", ["const Box&"], 0),
       ("operator_", ["int a", "int b"], 1), ("set", ["bool on"], 0)])

    def test_a_body_is_measured_between_its_braces(self):
        self.assertEqual(found("""
Outer::Outer(int a)
    : a_(a),
      b_{a},
      c_([] {
        return 1;
      }) {
  if (a) {
    run([&](bool, bool, bool, bool, bool) { return "}" + std::string("{"); });
  }
  // } is no brace here
  for (char c : {'{', '}'}) put(c);
}
"""), [("Outer::Outer", ["int a"], 5)])

    def test_tables_aliases_macros_and_texts_are_no_functions(self):
        self.assertEqual(found("""
#define LONG(a, b, c, d, e) \\
  f(a, b, c, d, e)
using Five = std::function<void(int, int, int, int, int)>;
typedef int (*Old)(int, int, int, int, int);
constexpr Pair kTable[] = {{"a", f(1, 2)}, {"b", 2}};
const auto kRun = [](int a, int b, int c, int d, int e) { return a; };
static_assert(sizeof(int) == 4, "int f(bool)");
/* void f(bool a); */
const char* const kText = R"(void f(bool a) {)";
enum class Word : int { kOne = 1, kTwo };
"""), [])

    def test_a_function_that_returns_a_struct_is_one(self):
        self.assertEqual(found("struct tm local(bool summer) {\n  return {};\n}\n"), [("local", ["bool summer"], 1)])


if __name__ == "__main__":
    unittest.main()
