// The least that a page can do with a text that grows: append to one text node. No markdown, no math.

import { frontEnd } from "./view.ts";

export default frontEnd(holder => {
  const text = document.createTextNode("");
  holder.style.whiteSpace = "pre-wrap";
  holder.append(text);
  return {
    add: news => text.appendData(news),
    become: whole => {
      text.data = whole;
    },
  };
});
