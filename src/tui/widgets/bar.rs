//! A bar of `#`, as long as its share.

use crate::text::Shown;

/// `value` of `most`, where `most` fills `width` columns. Something is never drawn as nothing.
pub fn bar(value: u64, most: u64, width: usize) -> Shown {
    if value == 0 || most == 0 || width == 0 {
        return Shown::default();
    }
    let columns = u128::from(value.min(most)) * width as u128 * 2 / u128::from(most);
    let columns = usize::try_from(columns.div_ceil(2)).unwrap_or(width);
    Shown::new(&"#".repeat(columns.clamp(1, width)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bar_is_its_share_of_the_width() {
        assert_eq!(bar(5, 10, 10).as_str(), "#####");
        assert_eq!(bar(10, 10, 4).as_str(), "####");
        assert_eq!(bar(1, 1000, 10).as_str(), "#", "a little is not nothing");
        assert_eq!(bar(0, 10, 10).as_str(), "");
        assert_eq!(bar(20, 10, 10).width(), 10, "more than all is all");
        assert_eq!(bar(1, 0, 10).as_str(), "");
    }

    proptest! {
        #[test]
        fn a_bar_fits_and_grows_with_its_value(value: u64, more: u64, most: u64, width in 0usize..300) {
            let (small, large) = (value.min(more), value.max(more));
            prop_assert!(bar(large, most, width).width() <= width);
            prop_assert!(bar(small, most, width).width() <= bar(large, most, width).width());
        }
    }
}
