// `sources.clari` of a configuration. Inner to reading sources.
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/yaml.h"
#include "config/sources_section.h"

namespace plumbline {

void read_clari(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics);

std::vector<MapKeys> clari_keys();

}  // namespace plumbline
