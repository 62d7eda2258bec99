// Looks up every name of an expression, checks types, folds constants.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "policies/language/bound.h"
#include "policies/language/parsed_texts.h"
#include "policies/language/source_text.h"
#include "policies/pack.h"
#include "records/schema.h"

namespace plumbline {

// A field map's `when` field: a condition that stands for a boolean field.
struct DerivedField {
  std::size_t object = 0;
  std::size_t field = 0;
  SourceText text;
};

// Everything names may mean. References must outlive the binding; values of parameters outlive the bound
// expressions.
struct BindScope {
  const Schema& schema;
  const Pack& pack;
  const std::vector<DerivedField>& derived;
  TextArena& constants;  // texts of literals; lives as long as the bound expressions
  Diagnostics& diagnostics;
  std::unique_ptr<ParsedTexts> parsed = std::make_unique<ParsedTexts>();  // of definitions and derived fields
};

// A condition about a record of `object`. On faults `root` is null and the diagnostics say why.
BoundCondition bind_condition(const BindScope& scope, const SourceText& text, std::size_t object);

// Any expression (evidence, templates). What it reads is needed, but never required.
BoundCondition bind_value(const BindScope& scope, const SourceText& text, std::size_t object);
// The same for a piece of a larger text: `begin` is where `expression` starts in it.
BoundCondition bind_value_at(const BindScope& scope, const SourceText& text, std::string_view expression,
                             std::uint32_t begin, std::size_t object);

// Definitions that use themselves, and names defined twice or like a field or keyword, whoever uses them.
void check_definitions(const Pack& pack, const Schema& schema, Diagnostics& diagnostics);

}  // namespace plumbline
