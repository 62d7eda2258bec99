// What chat services make of the texts they are sent, as HTML for the sandbox's page: enough to see whether a
// message looks right, and whether a name that looks like markup is shown as it is. Pure.
#pragma once

#include <string>
#include <string_view>

namespace plumbline::sandbox {

std::string escape_html(std::string_view text);
enum class EverybodyWords : unsigned char {
  kPlain,  // as in cards of Teams
  kPing,   // @here, @channel, @all and @everyone call everybody
};
// Markdown as Teams, Mattermost and Discord read it: **bold**, *italic*, [text](address), ##### headings,
// ---, backslashes, {{DATE(...)}} and <t:UNIX:f>, <@USER> and <at>NAME</at>.
std::string markdown_html(std::string_view text, EverybodyWords words = EverybodyWords::kPing);
// Slack's: *bold*, <address|text>, <!channel>, <@USER>, <!date^...|fallback>, three entities.
std::string mrkdwn_html(std::string_view text);
// Google's small HTML: b, i, a, br; every other tag is shown as text.
std::string card_html(std::string_view text);

}  // namespace plumbline::sandbox
