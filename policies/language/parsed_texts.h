// Texts that conditions use by name, each parsed once however many conditions use it.
#pragma once

#include <expected>
#include <map>

#include "policies/language/parser.h"
#include "policies/language/source_text.h"

namespace plumbline {

class ParsedTexts {
 public:
  // `text` must stay where it is as long as this does. Not for use from several threads.
  const std::expected<Ast, SyntaxFault>& of(const SourceText& text) {
    const auto [place, is_new] = parsed_.try_emplace(&text);
    if (is_new) place->second = parse_expression(text.text);
    return place->second;
  }

 private:
  std::map<const SourceText*, std::expected<Ast, SyntaxFault>> parsed_;
};

}  // namespace plumbline
