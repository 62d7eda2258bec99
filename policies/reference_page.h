// Pages that tell people every policy of their packs, made from the packs: one page a family, and an index.
// Pure: the same packs give the same bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/bound_pack.h"

namespace plumbline {

// Every page begins with it: what stands under a page's name without it was made by somebody else.
inline constexpr std::string_view kReferencePageMark =
    "<!-- Made by plumbline policy docs from the packs. -->\n";

struct ReferencePage {
  std::string path;  // "commercial-sales/close-dates.md", in the folder of all pages
  std::string text;  // GitHub Markdown
};

// The index (README.md) first, then family by family; policies of no family are on PACK/README.md, which no
// family's name can be. The packs were bound without errors and have their examples; their names differ.
// Policies that are switched off are told too.
std::vector<ReferencePage> reference_pages(std::span<const BoundPack> packs, const Schema& schema);

// The examples of a policy as a table: the most telling few, the others folded away. Empty where it has none.
std::string examples_table(const Policy& policy);

}  // namespace plumbline
