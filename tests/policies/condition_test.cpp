// Runs tests/policies/conditions/*.test: a record described once, then one condition a line with what it
// comes to.
//
//   on: Opportunity                      header: `on`, `as_of`, and any of given, related, history, absent,
//   zone, as_of: 2026-03-18T12:00:00Z          parameters, define, calendar; one line of YAML each given:
//   {CloseDate: 2026-03-17}
//   ---
//   true     CloseDate < TODAY
//   error    ClosDate < TODAY            => PB028 unknown field ClosDate on Opportunity; did you mean
//   CloseDate?
//
// To add a test, add a line; nothing needs compiling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/examples.h"
#include "policies/pack.h"
#include "records/schema.h"
#include "source_dir.h"

namespace plumbline {
namespace {

struct Line {
  std::size_t number = 0;
  std::string expected;
  std::string condition;
  std::string error;  // after =>, for `error` and `warning`
};

struct TestFile {
  std::map<std::string, std::string> header;
  std::vector<Line> lines;
};

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

TestFile read(const std::filesystem::path& path) {
  TestFile file;
  std::ifstream input(path);
  bool in_header = true;
  std::string text;
  for (std::size_t number = 1; std::getline(input, text); ++number) {
    if (trimmed(text).empty() || text[0] == '#') continue;
    if (text == "---") {
      in_header = false;
    } else if (in_header) {
      const std::size_t colon = text.find(':');
      file.header[text.substr(0, colon)] = trimmed(text.substr(colon + 1));
    } else {
      const std::size_t blank = text.find_first_of(" \t");
      Line line{.number = number,
                .expected = text.substr(0, blank),
                .condition = trimmed(text.substr(blank)),
                .error = {}};
      if (const std::size_t arrow = line.condition.find("=>"); arrow != std::string::npos) {
        line.error = trimmed(line.condition.substr(arrow + 2));
        line.condition = trimmed(line.condition.substr(0, arrow));
      }
      file.lines.push_back(line);
    }
  }
  return file;
}

// A pack with one policy for the condition; its first example expects what the line says, its second is there
// because every policy has one of each.
std::string pack_text(const TestFile& file, const Line& line) {
  std::ostringstream out;
  out << "pack: conditions\ntitle: Conditions\nsource: {document: Tests}\n";
  for (const std::string key : {"parameters", "define", "calendar", "amounts"}) {
    if (file.header.contains(key)) out << key << ": " << file.header.at(key) << "\n";
  }
  out << "policies:\n  - id: the-condition\n    title: The condition\n    on: " << file.header.at("on")
      << "\n    severity: low\n";
  out << "    violated_when: |-\n      " << line.condition
      << "\n    says: Says.\n    fix: Fixes.\n    section: Tests\n    examples:\n";
  for (const bool first : {true, false}) {
    out << "      - {";
    for (const std::string key : {"given", "related", "history", "absent", "zone", "as_of"}) {
      if (file.header.contains(key)) out << key << ": " << file.header.at(key) << ", ";
    }
    const std::string value =
        line.expected == "true" || line.expected == "false" || line.expected == "unknown" ? line.expected
                                                                                          : "true";
    out << "violated: " << (first ? value : (value == "true" ? "false" : "true")) << "}\n";
    if (value == "unknown" && !first) {
      out << "      - {";
      for (const std::string key : {"given", "as_of"}) {
        if (file.header.contains(key)) out << key << ": " << file.header.at(key) << ", ";
      }
      out << "violated: false}\n";
    }
  }
  return out.str();
}

std::string describe(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    if (!text.empty()) text += " | ";
    text += diagnostic.code + " " + diagnostic.message;
  }
  return text;
}

void run_line(const std::filesystem::path& path, const TestFile& file, const Line& line) {
  const std::string place =
      path.filename().string() + ":" + std::to_string(line.number) + ": " + line.condition;
  Diagnostics diagnostics;
  const Schema schema = Schema::standard();
  auto loaded = load_pack({.file = path.filename().string(), .text = pack_text(file, line)}, diagnostics);
  if (loaded) {
    const auto pack = std::make_shared<const Pack>(std::move(*loaded));
    bind_pack(pack, schema, {}, diagnostics);
    if (line.expected == "error" || line.expected == "warning") {
      EXPECT_EQ(describe(diagnostics), line.error) << place;
      EXPECT_EQ(diagnostics.has_errors(), line.expected == "error") << place;
      return;
    }
    ASSERT_FALSE(diagnostics.has_errors()) << place << "\n" << describe(diagnostics);
    const auto outcomes = run_examples(pack, schema, diagnostics);
    ASSERT_FALSE(diagnostics.has_errors()) << place << "\n" << describe(diagnostics);
    ASSERT_FALSE(outcomes.empty()) << place;
    EXPECT_TRUE(outcomes[0].passed) << place << "\n" << outcomes[0].explanation;
    return;
  }
  EXPECT_EQ(describe(diagnostics), line.error) << place;
}

class ConditionFile : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ConditionFile, ComesToWhatEachLineSays) {
  const TestFile file = read(GetParam());
  ASSERT_TRUE(file.header.contains("on") && file.header.contains("as_of")) << GetParam();
  ASSERT_FALSE(file.lines.empty()) << GetParam();
  for (const Line& line : file.lines) run_line(GetParam(), file, line);
}

std::vector<std::filesystem::path> test_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(PLUMBLINE_SOURCE_DIR "/tests/policies/conditions")) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(All, ConditionFile, testing::ValuesIn(test_files()), [](const auto& test) {
  std::string name = test.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace plumbline
