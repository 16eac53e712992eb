// Keeps what a program reads from its standard input, in the file that TAP names, and lets it read on.
const fs = require("node:fs");
const { emit } = process.stdin;
process.stdin.emit = function (event, chunk) {
  if (event === "data") fs.appendFileSync(process.env.TAP, chunk);
  return emit.apply(this, arguments);
};
