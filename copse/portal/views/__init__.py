"""The portal's pages: the questions, the receipt, coming back, and leaving."""
