// `sources.exports` of a configuration. Inner to reading sources.
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/yaml.h"
#include "config/sources_section.h"

namespace plumbline {

void read_exports(const YamlNode& node, SourcesSection& sources, Diagnostics& diagnostics);

std::vector<MapKeys> exports_keys();

}  // namespace plumbline
