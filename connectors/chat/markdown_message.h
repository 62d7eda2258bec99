// A message in Markdown, for the services that read it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "connectors/chat/markdown_text.h"
#include "connectors/chat/message_parts.h"

namespace plumbline {

// "- **[Acme](https://...)** high · V12", and its lines below.
std::string markdown_item(const MessageItem& item, const MarkdownDialect& dialect);
// "[Open](https://...) · [Help](https://...)"; empty without links.
std::string markdown_links(const std::vector<MessageLink>& links, const MarkdownDialect& dialect);
// "Data as of ... · M7QK2 · Questions: ..."; `moment` is in Markdown already, and empty for none.
std::string markdown_closing(const MessagePart& part, std::string_view moment,
                             const MarkdownDialect& dialect);
// "2026-03-02 09:00 UTC", for services that cannot show the reader's own time.
std::string utc_moment(Instant at);

}  // namespace plumbline
