// Text made safe to stand in a page, and the page's own parts.
#pragma once

#include <string>
#include <string_view>

namespace plumbline {

// For the inside of elements and of attributes in double quotes. What acts on a screen is made visible as
// printable() does it: a page must not be turned around by a record's name either.
std::string html_text(std::string_view text);

// What a Content-Security-Policy calls an inline text that may run: 'sha256-...'.
std::string csp_hash(std::string_view inline_text);

// daemon/cli/html/, embedded when the program was built. page.html has places `{{name}}` to be filled.
std::string_view page_html();
std::string_view page_css();
std::string_view page_js();

}  // namespace plumbline
