// `messages:` of a configuration: who is told what, where and when (messages/message_options.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/map_keys.h"
#include "base/yaml.h"
#include "config/section_reader.h"
#include "messages/message_options.h"

namespace plumbline {

struct MessagesSection {
  SourceSpan where{};
  MessageOptions options{};
  // What stands under each channel besides `service` and `reaches`, as it was written: the service's own
  // options, which whoever makes the channel reads and checks.
  std::map<std::string, YamlNode, std::less<>> channels{};
};

void read_messages(const YamlNode& node, MessagesSection& messages, Diagnostics& diagnostics);

// For the JSON Schema.
std::vector<MapKeys> message_keys();

}  // namespace plumbline
