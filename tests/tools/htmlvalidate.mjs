// What html-validate asks of the mail: all it recommends and its rules of accessibility, but for what mail has to do
// otherwise than a web page, each with its reason.
export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    // Clients drop <style>: what is essential stands in the elements.
    "no-inline-style": "off",
    // Outlook for Windows lays out by Word, which knows the width, border and padding of a table by its attributes only.
    "no-deprecated-attr": "off",
    // The table that gives Outlook a width, and that nobody else sees.
    "no-conditional-comment": "off",
    // Clients take <main> out and leave <div>.
    "prefer-native-element": ["error", { exclude: ["main"] }],
    // As serializers write them.
    "attribute-boolean-style": ["error", { style: "empty" }],
    // The title is the subject. It is for screen readers, not for the results of a search.
    "long-title": "off",
  },
};
