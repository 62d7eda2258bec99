// The settings that can be changed while the sandbox runs, by name: one table.
#pragma once

#include "sandbox/web/json_value.h"
#include "sandbox/web/message.h"

namespace plumbline::sandbox {

class Sandbox;

Response settings_response(Sandbox& sandbox);
// {"page_rows": 50, "gzip": false}: those that are named. 400 for a name there is not, and nothing is
// changed.
Response set_settings(Sandbox& sandbox, const JsonValue& body);

}  // namespace plumbline::sandbox
