// What each chat service takes of a message. Written down once more, apart from what the connector believes:
// a mistake there is to be found here. Pure.
#pragma once

#include <string>

#include "sandbox/web/json_value.h"

namespace plumbline::sandbox {

// Empty where the body is one the service takes, else its own word for what is wrong.
std::string slack_fault(const JsonValue& body);
std::string teams_fault(const JsonValue& body, std::size_t bytes);
std::string google_fault(const JsonValue& body, std::size_t bytes);
std::string mattermost_fault(const JsonValue& body);
std::string discord_fault(const JsonValue& body);

}  // namespace plumbline::sandbox
