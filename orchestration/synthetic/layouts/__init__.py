"""One writer a layout: what a return says, in the columns, codes and formats that authorities send."""
