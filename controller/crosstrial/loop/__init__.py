"""The controller's loop: observe, decide (elsewhere, pure), apply; level-triggered."""
