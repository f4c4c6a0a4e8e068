#include "actuator/rules/testing/junit.h"

#include <algorithm>

namespace hotspot::rules {
namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "&#10;";
        break;
      default:
        // XML 1.0 allows no other control characters, not even escaped ones.
        result += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
    }
  }
  return result;
}

std::string attribute(const std::string& name, const std::string& value) {
  return " " + name + "=\"" + escaped(value) + "\"";
}

std::string first_line(const std::string& text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find('\n') == std::string::npos ? text.npos : text.find('\n') - begin);
}

}  // namespace

std::string junit_xml(const std::vector<TestFileResult>& results) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const TestFileResult& file : results) {
    const auto failed = std::count_if(file.groups.begin(), file.groups.end(),
                                      [](const TestGroupResult& group) { return !group.failures.empty(); });
    xml += "  <testsuite" + attribute("name", file.path) + attribute("tests", std::to_string(file.groups.size())) +
           attribute("failures", std::to_string(failed)) +
           attribute("errors", std::to_string(file.problems.empty() ? 0 : 1)) + ">\n";
    for (const std::string& problem : file.problems) {
      xml += "    <testcase" + attribute("name", "the file itself") + attribute("classname", file.path) + "><error" +
             attribute("message", first_line(problem)) + ">" + escaped(problem) + "</error></testcase>\n";
    }
    for (const TestGroupResult& group : file.groups) {
      xml += "    <testcase" + attribute("name", group.name) + attribute("classname", file.path) +
             attribute("file", file.path) + attribute("line", std::to_string(group.position.line));
      xml += group.failures.empty() ? "/>\n" : ">\n";
      for (const TestFailure& failure : group.failures) {
        xml += "      <failure" + attribute("message", first_line(failure.text)) + ">" + escaped(failure.text) +
               "</failure>\n";
      }
      if (!group.failures.empty()) xml += "    </testcase>\n";
    }
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace hotspot::rules
