// Random packs: parameters of every kind, two kinds of calendar, definitions that use each other, and
// policies whose every expression binds to world_schema().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policies/bound_pack.h"
#include "tests/policies/random_expression.h"
#include "tests/policies/random_source.h"

namespace plumbline {

// Where pieces of a pack are bound one at a time. The words must outlive what is bound.
class PackWords {
 public:
  // Parameters, calendar and definitions, no policies yet.
  PackWords(RandomSource& random, Instant now);

  const Pack& pack() const { return *pack_; }
  const std::vector<DefinedWord>& definitions() const { return definitions_; }
  // The YAML of all but the policies.
  const std::string& head() const { return head_; }

  // `root` is null where the text does not bind; `faults`, if given, then gets the reasons.
  BoundCondition bind_condition(const std::string& text, std::size_t object, std::string* faults = nullptr);
  BoundCondition bind_value(const std::string& text, std::size_t object, std::string* faults = nullptr);

 private:
  void load(const std::string& definitions);

  std::string head_;
  std::shared_ptr<const Pack> pack_;
  std::vector<DefinedWord> definitions_;
  TextArena constants_;
};

// A whole pack with as many policies about records of `object` and a few of others.
BoundPack random_pack(RandomSource& random, Instant now, std::size_t object, std::size_t policies,
                      std::string_view name);

}  // namespace plumbline
