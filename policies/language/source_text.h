// A piece of a file that holds a condition or a template, and the way back from a byte of it to line and
// column.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "policies/language/ast.h"

namespace plumbline {

// A text that lasts as long as the program runs.
struct ProgramText {
  std::string_view text;
};

// The whole file, shared by every piece of it.
struct SourceFile {
  SourceFile(std::string file, std::string written)
      : name(std::move(file)), own(std::move(written)), text(own) {}
  SourceFile(std::string file, ProgramText written) : name(std::move(file)), text(written.text) {}
  SourceFile(const SourceFile&) = delete;  // `text` views `own`
  SourceFile& operator=(const SourceFile&) = delete;

  const std::string name;
  const std::string own;  // empty where the text is the program's
  const std::string_view text;
};

struct SourceText {
  std::string text;
  std::shared_ptr<const SourceFile> file;  // null for a text that stands alone (a line of standard input)
  YamlNode scalar{};                       // the YAML scalar it was read from, where there is a file

  SourceSpan place(TextRange range) const {
    const std::uint32_t length = range.end > range.begin ? range.end - range.begin : 1;
    if (!file) return {.file = "", .line = 1, .column = range.begin + 1, .length = length};
    return place_in_scalar(file->text, scalar, range.begin, length);
  }
};

}  // namespace plumbline
