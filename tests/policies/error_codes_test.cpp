// The documentation (docs/errors.md, and docs/field-maps.md for field maps) and the sources name the same
// codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "source_dir.h"

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = PLUMBLINE_SOURCE_DIR;

void add_matches(const fs::path& path, const std::regex& pattern, std::set<std::string>& codes) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (auto match = std::sregex_iterator(text.begin(), text.end(), pattern); match != std::sregex_iterator();
       ++match) {
    codes.insert((*match)[1].str());
  }
}

std::set<std::string> codes_in_sources() {
  static const std::regex kQuoted("\"((?:PB|CF)[0-9]{3})\"");
  std::set<std::string> codes;
  for (const char* folder : {"base", "model", "records", "policies", "config", "daemon"}) {
    if (!fs::exists(kRoot / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".cpp" || extension == ".h") add_matches(entry.path(), kQuoted, codes);
    }
  }
  return codes;
}

// Rows of tables, in whichever page they stand.
std::set<std::string> documented_codes() {
  static const std::regex kRow("\\n\\| ((?:PB|CF)[0-9]{3})( \\(warning\\))? \\|");
  std::set<std::string> codes;
  for (const auto& entry : fs::directory_iterator(kRoot / "docs")) {
    if (entry.path().extension() == ".md") add_matches(entry.path(), kRow, codes);
  }
  return codes;
}

TEST(ErrorCodes, EveryCodeOfTheSourcesIsDocumentedAndEveryDocumentedOneIsUsed) {
  EXPECT_THAT(documented_codes(), testing::ContainerEq(codes_in_sources()));
}

TEST(ErrorCodes, AreFound) { EXPECT_GT(codes_in_sources().size(), 50U); }

}  // namespace
