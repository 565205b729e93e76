//! What a C function checks before it touches an argument, reported as `g_return_if_fail` reports it.

use std::ffi::CString;

use glib::object::ObjectType;
use glib::prelude::*;
use glib::translate::*;

/// The instance behind `ptr`, or nothing when it is NULL or not a `T`.
///
/// # Safety
///
/// `ptr` is NULL or points to a live GObject.
pub(crate) unsafe fn instance<T>(ptr: *mut T::GlibType) -> Option<Borrowed<T>>
where
    T: ObjectType + FromGlibPtrBorrow<*mut <T as ObjectType>::GlibType>,
{
    // SAFETY: g_type_check_instance_is_a accepts NULL; what passes it is a T.
    unsafe {
        let is_a =
            glib::gobject_ffi::g_type_check_instance_is_a(ptr.cast(), T::static_type().into_glib());
        (is_a != glib::ffi::GFALSE).then(|| from_glib_borrow(ptr))
    }
}

/// Reports a failed check of the C function that contains `marker`.
pub(crate) fn fail<F>(_marker: F, assertion: &str) {
    let path = std::any::type_name::<F>();
    let function = path.rsplit("::").nth(1).unwrap_or(path);
    let domain = CString::new(crate::log::LOG_DOMAIN).unwrap_or_default();
    let function = CString::new(function).unwrap_or_default();
    let assertion = CString::new(assertion).unwrap_or_default();
    // SAFETY: three C strings that outlive the call.
    unsafe {
        glib::ffi::g_return_if_fail_warning(domain.as_ptr(), function.as_ptr(), assertion.as_ptr());
    }
}

/// The text of the type check that C code would have made, as in `GVIR_SANDBOX_IS_CONFIG (config)`.
pub(crate) fn type_assertion<T: StaticType>(argument: &str) -> String {
    let name = T::static_type().name();
    let (prefix, name) = [
        ("GVirSandbox", "GVIR_SANDBOX_IS"),
        ("GVir", "GVIR_IS"),
        ("G", "G_IS"),
    ]
    .into_iter()
    .find_map(|(prefix, is)| Some((is, name.strip_prefix(prefix)?)))
    .unwrap_or(("IS", name));
    let mut assertion = String::from(prefix);
    for letter in name.chars() {
        if letter.is_uppercase() {
            assertion.push('_');
        }
        assertion.push(letter.to_ascii_uppercase());
    }
    // An argument that C may call `type` or `ref` has a prefix in Rust.
    let argument = argument.strip_prefix("r#").unwrap_or(argument);
    format!("{assertion} ({argument})")
}

/// Leaves the C function with a critical when a condition is false: `return_val_if_fail!(a > b, 0)`.
macro_rules! return_val_if_fail {
    ($condition:expr, $result:expr) => {
        if !$condition {
            fn marker() {}
            $crate::abi::guard::fail(marker, stringify!($condition));
            return $result;
        }
    };
}

/// Leaves the C function with a critical when a condition is false: `return_if_fail!(a > b)`.
macro_rules! return_if_fail {
    ($condition:expr) => {
        $crate::abi::return_val_if_fail!($condition, ())
    };
}

/// The instance behind a C argument, or leaves the C function with a critical: `instance_or_return!(config: Config,
/// NULL)`.
macro_rules! instance_or_return {
    ($argument:ident: $class:ty) => {
        $crate::abi::instance_or_return!($argument: $class, ())
    };
    ($argument:ident: $class:ty, $result:expr) => {
        // SAFETY: the argument of a C function is NULL or a live GObject.
        match unsafe { $crate::abi::instance::<$class>($argument) } {
            Some(instance) => instance,
            None => {
                fn marker() {}
                let assertion = $crate::abi::guard::type_assertion::<$class>(stringify!($argument));
                $crate::abi::guard::fail(marker, &assertion);
                return $result;
            }
        }
    };
}

/// The Rust implementation behind the instance of a virtual function, or leaves the function with a critical.
macro_rules! imp_or_return {
    ($argument:ident: $class:ty) => {
        $crate::abi::imp_or_return!($argument: $class, ())
    };
    ($argument:ident: $class:ty, $result:expr) => {
        // SAFETY: the instance of a virtual function is NULL or a live GObject.
        match unsafe { $crate::abi::imp_of::<$class, _>($argument) } {
            Some(imp) => imp,
            None => {
                fn marker() {}
                type Class<C> = <C as glib::subclass::types::ObjectSubclass>::Type;
                let assertion =
                    $crate::abi::guard::type_assertion::<Class<$class>>(stringify!($argument));
                $crate::abi::guard::fail(marker, &assertion);
                return $result;
            }
        }
    };
}

/// The instance behind a C argument that may be NULL, or leaves the C function with a critical.
macro_rules! opt_instance_or_return {
    ($argument:ident: $class:ty) => {
        $crate::abi::opt_instance_or_return!($argument: $class, ())
    };
    ($argument:ident: $class:ty, $result:expr) => {
        if $argument.is_null() {
            None
        } else {
            Some($crate::abi::instance_or_return!($argument: $class, $result))
        }
    };
}

/// The enumeration value behind a C argument, or leaves the C function with a critical when there is no such value.
macro_rules! enum_or_return {
    ($argument:ident: $enumeration:ty, $result:expr) => {
        match <$enumeration>::try_from($argument as $crate::abi::gint) {
            Ok(value) => value,
            Err(_) => {
                fn marker() {}
                let assertion = concat!(stringify!($argument), " is a ", stringify!($enumeration));
                $crate::abi::guard::fail(marker, assertion);
                return $result;
            }
        }
    };
}

/// Leaves the C function with a critical when an argument is NULL.
macro_rules! not_null_or_return {
    ($argument:ident) => {
        $crate::abi::not_null_or_return!($argument, ())
    };
    ($argument:ident, $result:expr) => {
        if $argument.is_null() {
            fn marker() {}
            $crate::abi::guard::fail(marker, concat!(stringify!($argument), " != NULL"));
            return $result;
        }
    };
}

/// The `CStr` behind a C argument, or leaves the C function with a critical when it is NULL.
macro_rules! str_or_return {
    ($argument:ident) => {
        $crate::abi::str_or_return!($argument, ())
    };
    ($argument:ident, $result:expr) => {{
        $crate::abi::not_null_or_return!($argument, $result);
        // SAFETY: the string argument of a C function is NUL-terminated and lives as long as the call.
        unsafe { std::ffi::CStr::from_ptr($argument) }
    }};
}

pub(crate) use {
    enum_or_return, imp_or_return, instance_or_return, not_null_or_return, opt_instance_or_return,
    return_if_fail, return_val_if_fail, str_or_return,
};

#[cfg(test)]
mod tests {
    use super::*;

    mod imp {
        use glib::subclass::prelude::*;

        #[derive(Default)]
        pub struct ConfigTest;

        #[glib::object_subclass]
        impl ObjectSubclass for ConfigTest {
            const NAME: &'static str = "GVirSandboxConfigTest";
            type Type = super::ConfigTest;
        }

        impl ObjectImpl for ConfigTest {}
    }

    glib::wrapper! {
        pub struct ConfigTest(ObjectSubclass<imp::ConfigTest>);
    }

    #[test]
    fn names_the_check_as_c_does() {
        assert_eq!(
            type_assertion::<ConfigTest>("config"),
            "GVIR_SANDBOX_IS_CONFIG_TEST (config)"
        );
        assert_eq!(
            type_assertion::<libvirt_glib::gobject::Domain>("domain"),
            "GVIR_IS_DOMAIN (domain)"
        );
        assert_eq!(
            type_assertion::<gio_unix::InputStream>("stdin"),
            "G_IS_UNIX_INPUT_STREAM (stdin)"
        );
    }

    #[test]
    fn rejects_null_and_other_classes() {
        let object: glib::Object = glib::Object::new();
        // SAFETY: NULL, then a live object of another class.
        unsafe {
            assert!(instance::<ConfigTest>(std::ptr::null_mut()).is_none());
            assert!(instance::<ConfigTest>(object.as_ptr().cast()).is_none());
        }
    }
}
