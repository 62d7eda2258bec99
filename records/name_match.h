// How near a header or label is to a field: the same letters, a word people say for it, some of its words.
// Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "records/schema.h"

namespace plumbline {

// Nearest first.
enum class NameTie : std::uint8_t {
  kSameName,     // the field's own name, in any case
  kSameLetters,  // but for case, blanks, underscores, a namespace, __c: "Close Date", ns__Close_Date__c, or
                 // its label
  kWithObject,  // the same beside the object's name: "Opportunity Close Date", "Opportunity ID", "Deal Stage"
  kSynonym,     // what people call it: "Net ARR", "Sales Rep"
  kLooseSynonym,  // what some call it, and others something else: "Value"
  kWords,         // most of its words
  kSpelling,      // a letter or two apart
};

std::string_view to_string(NameTie tie);  // as in "Amount: close_value is ...": "another word for it"

struct NameMatch {
  NameTie tie = NameTie::kWords;
  unsigned score = 0;  // up to 100; for comparison between names alone
};

// `header` against the field. Empty where they have nothing in common. Headers of more than
// kMaxMatchedNameBytes never match.
std::optional<NameMatch> match_name(std::string_view header, const ObjectSchema& object,
                                    const FieldSchema& field);

// Whether the header ends as names of people and companies do: "Account Name" of AccountId.
bool says_name(std::string_view header);

// Whether the header says nothing but the object's own name, as a list of accounts has its names under
// "account".
bool names_object(std::string_view header, const ObjectSchema& object);

inline constexpr std::size_t kMaxMatchedNameBytes = 128;

}  // namespace plumbline
