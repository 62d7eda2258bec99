# Writes a C++ file that holds the texts of the HTML page: page.css becomes page_css(), and so on.
#   cmake -DOUTPUT=FILE.cpp "-DPARTS=page.html;page.css;page.js" -P EmbedPage.cmake

# A compiler need not take string literals of more than 64 KiB.
set(most_bytes 65000)

set(code "// Made by cmake/EmbedPage.cmake from daemon/cli/html/.\n")
string(APPEND code "#include \"daemon/cli/html_text.h\"\n\nnamespace plumbline {\n")
foreach(part IN LISTS PARTS)
  get_filename_component(name "${part}" NAME)
  file(SIZE "${part}" bytes)
  file(READ "${part}" text)
  string(FIND "${text}" ")page\"" delimiter)
  if(bytes GREATER most_bytes OR NOT delimiter EQUAL -1)
    message(FATAL_ERROR "${part} cannot be embedded: it has more than ${most_bytes} bytes, or holds )page\"")
  endif()
  string(REPLACE "." "_" function "${name}")
  string(APPEND code "\nstd::string_view ${function}() {\n  return R\"page(${text})page\";\n}\n")
endforeach()
string(APPEND code "\n}  // namespace plumbline\n")
file(WRITE "${OUTPUT}" "${code}")
