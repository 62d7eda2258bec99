// The control endpoint: what a test asks the sandbox itself, and tells it to do. docs/sandbox.md lists it.
#pragma once

#include "sandbox/web/message.h"

namespace plumbline::sandbox {

class Sandbox;

// Paths below /control/.
Response control(Sandbox& sandbox, const Request& request);

}  // namespace plumbline::sandbox
