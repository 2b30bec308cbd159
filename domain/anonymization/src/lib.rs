//! Rules, detection and compiled transforms over COPY bytes.
