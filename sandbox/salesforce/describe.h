// What the objects and fields are, as the integration user sees them.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/salesforce/visibility.h"

namespace plumbline::sandbox {

// GET .../sobjects
std::string describe_all(const Visibility& visibility, std::string_view version);
// GET .../sobjects/{object}/describe
std::string describe_object(ObjectKind object, const Visibility& visibility, std::string_view version);

}  // namespace plumbline::sandbox
